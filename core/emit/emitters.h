// One function per output format; the list that names them is in emitter.cpp. Each borrows the
// output.
#pragma once

#include <memory>

#include "assay/emit.h"

namespace assay {

std::unique_ptr<Emitter> make_table(Output& output);
std::unique_ptr<Emitter> make_json(Output& output);
std::unique_ptr<Emitter> make_jsonl(Output& output);
std::unique_ptr<Emitter> make_sums(Output& output);
std::unique_ptr<Emitter> make_stores(Output& output);

}  // namespace assay
