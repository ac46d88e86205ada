#include "index_graph.h"

#include <algorithm>

#include "image_book.h"

namespace assay::oci {

// From one index to another, in all of a run.
static constexpr size_t kMostWays = 1'000'000;

Result<IndexGraph::Step> IndexGraph::enter(ImageBook& book, const Noted& index) {
    Step step{ImageBook::key_of(index.target, index.path), {}};
    Shape& shape = shapes_[step.key];
    shape.open = true;
    shape.depth = 1;
    for (const Descriptor& one : index.document.items) {
        const std::string path = item_path(index.path, index.document, one.digest);
        if (path.empty()) continue;
        shape.depth = 2;
        const uint64_t below = ImageBook::key_of(index.target, path);
        Result<std::optional<DocumentHead>> head = book.head_of(below);
        if (!head) return head.error();
        if (!*head || (*head)->kind != DocumentKind::kIndex) continue;
        shape.cut = shape.cut || ++ways_ > kMostWays;
        if (!shape.cut) step.below.push_back(below);
    }
    return step;
}

// A way from the last step's index to one that was not gone through; without one it is left.
Status IndexGraph::descend(ImageBook& book, std::vector<Step>& steps) {
    Step& last = steps.back();
    if (last.below.empty()) {
        leave(steps);
        return Done{};
    }
    const uint64_t next = last.below.back();
    const auto known = shapes_.find(next);
    if (known == shapes_.end()) {
        Result<Noted> index = book.document_of(next);
        if (!index) return index.error();
        Result<Step> step = enter(book, *index);
        if (!step) return step.error();
        steps.push_back(std::move(*step));
        return Done{};
    }
    last.below.pop_back();
    Shape& shape = shapes_[last.key];
    shape.circular |= known->second.open || known->second.circular;
    shape.cut |= known->second.cut;
    if (!known->second.open) shape.depth = std::max(shape.depth, known->second.depth + 1);
    return Done{};
}

void IndexGraph::leave(std::vector<Step>& steps) {
    shapes_[steps.back().key].open = false;
    steps.pop_back();
}

Result<IndexGraph::Shape> IndexGraph::shape_of(ImageBook& book, const Noted& index) {
    const uint64_t key = ImageBook::key_of(index.target, index.path);
    if (auto known = shapes_.find(key); known != shapes_.end()) return known->second;
    Result<Step> first = enter(book, index);
    if (!first) return first.error();
    std::vector<Step> steps;
    steps.push_back(std::move(*first));
    while (!steps.empty()) {
        Status moved = descend(book, steps);
        if (!moved) return moved.error();
    }
    return shapes_[key];
}

}  // namespace assay::oci
