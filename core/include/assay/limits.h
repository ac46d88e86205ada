// Every number that bounds the work, in one place. What a limit cuts depends on these alone, never
// on the machine or on what else runs, and is always visible in the result.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay {

inline constexpr size_t kMiB = size_t{1} << 20;

// Alignment of blocks, offsets and lengths that is enough for O_DIRECT on any common disk.
inline constexpr size_t kBlockAlign = 4096;

// How the user's --memory is shared out. The parts sum to less than the whole: what is left covers
// the program itself, its libraries, stacks and the allocator's slack.
struct MemoryPlan {
    size_t total;         // what the user gave
    size_t stream;        // blocks of all workers together, and the windows of chunk trees
    size_t pinned_large;  // what the one artifact that holds the large ticket may pin
    size_t pinned_small;  // what every open artifact may pin without a ticket
    size_t pinned_pool;   // what all of them together may pin beyond that
    size_t report;        // records that wait for their turn before they spill to a file
};

inline constexpr size_t kMinMemory = 32 * kMiB;
inline constexpr size_t kDefaultMemory = 256 * kMiB;

// Precondition: total >= kMinMemory and open_artifacts >= 1.
MemoryPlan plan_memory(size_t total, size_t open_artifacts);

// Limits on nested artifacts, enforced in ScanContext::child and nowhere else.
struct NestingLimits {
    uint32_t depth = 16;                     // containers within containers
    uint64_t members = 1'000'000;            // per file of a target, over all depths
    uint64_t ratio = 1'000;                  // bytes out per byte in, beyond ratio_floor
    uint64_t ratio_floor = 64 * kMiB;        // what may come out whatever the ratio
    uint64_t total_out = uint64_t{4} << 40;  // bytes out of all members of one file
};

inline constexpr uint64_t kMaxFindingsPerRule = 1'000;  // per artifact; the rest is counted
inline constexpr uint32_t kMaxWalkDepth = 1'000;        // directories within directories

}  // namespace assay
