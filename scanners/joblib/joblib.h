// joblib: pickles with the bytes of arrays in between.
//
// Where scikit-learn's models are kept. joblib pickles as Python does, but for a numpy array it
// writes a small object, a wrapper, whose attributes tell shape and type, and behind the BUILD that
// sets them, outside of any frame, the array itself:
//
//   ... wrapper {shape, dtype, order, ...} BUILD | pad length, ff ff ff | the items | ... STOP
//   ... wrapper {shape, dtype, order, ...} BUILD | PROTO ... STOP          | ... STOP
//
// The second form is that of an array of objects: a whole pickle, read by a plain unpickler, to
// which wrappers mean nothing. Padding came with joblib 1.2. All of it may be compressed as one
// stream (archive/). Before joblib 0.10 wrappers named a file beside the dump instead.
//
// How it is bent: whoever does not step over an array reads its items as instructions, whoever
// steps too far misses some. How far is for the file to say: a type whose flags claim objects is
// read as a pickle whatever its name is; a shape can be anything; a byte says how long the padding
// is. And there are two cursors: joblib's unpickler reads a frame into memory and its instructions
// from there, while arrays are read from the file, which stands behind the frame by then.
// Instructions that are left in the frame run; who steps over the array in place jumps over them.
#pragma once

#include <deque>

#include "pickle/verdict.h"
#include "plain_reading.h"
#include "wrapper.h"

namespace assay::joblib {

// The verdict on any pickle, which may be one of joblib's.
class JoblibVerdict : public pickle::Verdict {
  public:
    using Verdict::Verdict;

    void watch(pickle::Machine& machine) override;
    void global(const pickle::GlobalUse& use) override;
    void build(uint64_t offset, pickle::Value object, pickle::Value state) override;
    Result<bool> raw(Tape& tape) override;
    Status frame_left(Tape& tape, uint64_t length) override;

  private:
    struct Expected {
        uint64_t offset;  // of the BUILD
        ArrayBytes array;
    };

    void expect_array(uint64_t offset, pickle::Value object, pickle::Value state);
    void check_other(uint64_t offset, pickle::Value object);
    void too_many(uint64_t offset);
    void not_understood(uint64_t offset, const Error& error);
    void claim_companion(uint64_t offset, pickle::Value object, pickle::Value state);
    Result<bool> run_objects(Tape& tape);
    Result<bool> pass_array(Tape& tape, const Expected& expected);
    Status look_plainly(Tape& tape, Gravity gravity);
    Status pass_padding(Tape& tape);
    Status pass_items(Tape& tape, const Expected& expected);
    Result<bool> cut(const Expected& expected);

    std::deque<Expected> expected_;  // in the frame that is open, in order
    bool overflowed_ = false;
    bool wraps_ = false;  // this pickle has named a wrapper's class
    uint64_t searched_ = 0;
    uint64_t looked_at_ = 0;  // bytes, by plain readings
    bool looked_enough_ = false;
};

}  // namespace assay::joblib
