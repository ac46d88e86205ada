#include "machine.h"

#include <fmt/format.h>
#include <hwy/highway.h>
#include <openssl/crypto.h>
#include <tbb/version.h>

#include <fstream>

#include "assay/calibrate.h"

namespace assay::cli {

static std::string compiler_name() {
#if defined(__clang__)
    return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
    return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
    return "unknown compiler";
#endif
}

static std::string architecture_name() {
#if defined(__x86_64__)
    return "x86-64";
#elif defined(__aarch64__)
    return "aarch64";
#else
    return "unknown architecture";
#endif
}

BuildInfo build_info() {
    return {compiler_name(),
            architecture_name(),
            lane_targets(),
            {{"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)},
             {"oneTBB", TBB_runtime_version()},
             {"Highway", fmt::format("{}.{}.{}", HWY_MAJOR, HWY_MINOR, HWY_PATCH)}}};
}

std::string cpu_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        if (!line.starts_with("model name")) continue;
        size_t start = line.find(": ");
        if (start != std::string::npos) return line.substr(start + 2);
    }
    return "unknown CPU";
}

}  // namespace assay::cli
