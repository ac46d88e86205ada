// Pickle: Python's own way to store objects, and the way most older model files are stored.
//
// A pickle is a program for a small stack machine: one byte an instruction, 68 of them, some with
// an operand behind it. It pushes constants, collects them into containers, remembers values in a
// numbered memo, and ends with STOP, whose result is the object. Two kinds of instruction make it
// dangerous: GLOBAL (and its kin) imports any name of any installed module, and REDUCE (and its
// kin) calls what is on the stack. That is how objects are made, and how a file runs a shell.
//
// Protocols 0 and 1 have no magic; from 2 on a pickle starts with PROTO and its number, from 4 on
// it is cut into frames. Nothing says how long a pickle is, so one may follow another, and
// anything may follow a pickle.
//
// How attackers bend it: the same name can be spelled in a dozen ways (old and new instructions,
// escapes, Python 2 module names, dots, the memo); calls need not look like calls (BUILD, APPEND,
// SETITEM call methods, persistent ids and extension codes call the loader); what was called can
// be dropped, overwritten, or followed by a fault, so that the object left at the end, or the lack
// of one, looks harmless; a payload can wait in a bytes operand, behind STOP, or behind garbage;
// and harmless names in the right order add up to a dangerous one (getattr, partial, attrgetter).
// So the scanner does not look for patterns: it runs the program on abstract values (machine.h)
// and judges each import and each call when it happens (verdict.h, names.h).
#include "formats.h"
#include "joblib/joblib.h"
#include "pickle_rules.h"
#include "probe.h"
#include "stream.h"
#include "torch/torch_legacy.h"

namespace assay {

namespace {

constexpr std::string_view kExtensions[] = {"pkl", "pickle", "pck", "dill", "joblib", "ckpt"};

pickle::Likeness likeness_of(const Probe& probe) {
    bool complete = probe.size ? *probe.size == probe.head.size() : probe.head.size() < kProbeHead;
    return pickle::likeness(probe.head, complete);
}

bool is_pickle(const Probe& probe) {
    return !probe.head.empty() && likeness_of(probe) != pickle::Likeness::kNo;
}

Status scan_pickle(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(kProbeHead);
    if (!head) return head.error();
    const pickle::Likeness likely = likeness_of({*head, {}, tape.size()});
    const bool certain = likely == pickle::Likeness::kYes;
    if (torch::is_legacy(*head, certain)) return torch::scan_legacy(tape, context);
    joblib::JoblibVerdict verdict(context);
    return pickle::scan_pickles(tape, context, verdict, likely);
}

bool is_anything(const Probe& probe) { return !probe.head.empty(); }

Status scan_as_pickle(Tape& tape, ScanContext& context) {
    joblib::JoblibVerdict verdict(context);
    return pickle::scan_pickles(tape, context, verdict, pickle::Likeness::kYes);
}

const Format kForcedPickle = {"pickle",    false,         0, kExtensions, pickle::rules::kAll,
                              is_anything, scan_as_pickle};
constexpr const Format* kForced[] = {&kForcedPickle};

}  // namespace

std::span<const Format* const> pickle_of_anything() { return kForced; }

const Format kPickleFormat = {"pickle",  false,      0, kExtensions, pickle::rules::kAll,
                              is_pickle, scan_pickle};

}  // namespace assay
