// The plans of an ExecuTorch program: whether everything in them that is a number of something else
// leads to it, and whether tensors lie in what they are said to lie in.
//
// The runtime checks some of these numbers when a method is loaded, others when it is run, and
// without its checks none.
#pragma once

#include <string_view>

#include "assay/context.h"
#include "executorch_schema.h"
#include "tensor/paid_vector.h"

namespace assay::executorch {

struct Segment {
    uint64_t begin = 0;
    uint64_t end = 0;
};

class Plans {
  public:
    // Borrows all of them; of the segments what is there when a plan is visited.
    Plans(flat::Buffer& buffer, ScanContext& context, const PaidVector<Segment>& segments)
        : buffer_(buffer), context_(context), segments_(segments) {}

    // Of the walk through a program, every table.
    void visit(const Schema& schema, const flat::Table& table);

  private:
    void visit_program(const flat::Table& table);
    void visit_plan(const flat::Table& table);
    void visit_value(const flat::Table& table);
    void visit_instruction(const flat::Table& table);
    void visit_tensor(const flat::Table& table);
    uint64_t bytes_of(const flat::Table& table);
    void judge_order(const flat::Table& table, const flat::Vector& sizes);
    void judge_place(const flat::Table& table, uint64_t bytes);
    void judge_constant(const flat::Table& table, uint64_t index, uint64_t bytes);
    void judge_part(const flat::Table& table, const flat::Table& parts, uint64_t index,
                    uint64_t bytes);
    void indices(const flat::Vector& list, uint64_t item, uint64_t end, int64_t least,
                 std::string_view of);
    void index(uint64_t at, int64_t value, uint64_t end, std::string_view of);
    void found(uint64_t at, std::string_view detail);

    flat::Buffer& buffer_;
    ScanContext& context_;
    const PaidVector<Segment>& segments_;
    flat::Table program_;
    flat::Vector constants_, mutable_;
    // Of the plan that is being visited.
    uint64_t values_ = 0;
    uint64_t operators_ = 0;
    uint64_t delegates_ = 0;
    uint64_t instructions_ = 0;  // of its chain
    flat::Vector arenas_;        // their sizes; the first one is none
};

}  // namespace assay::executorch
