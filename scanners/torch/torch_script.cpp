#include "torch_script.h"

#include <algorithm>

namespace assay::torch {

namespace {

constexpr size_t kLongestName = 256;
constexpr size_t kMostHits = 16;

// What the serializer writes for the operators aten::save and aten::from_file, for those of
// torchvision and torchaudio that read and write files, and for remote calls.
constexpr std::string_view kReaching[] = {
    "torch.save",
    "torch.from_file",
    "ops.aten.save",
    "ops.aten.from_file",
    "ops.image.read_file",
    "ops.image.write_file",
    "ops.prim.rpc_async",
    "ops.prim.rpc_sync",
    "ops.prim.rpc_remote",
    "torch.ops.aten.save",
    "torch.ops.aten.from_file",
    "torch.ops.image.read_file",
    "torch.ops.image.write_file",
};
constexpr std::string_view kReachingFamilies[] = {
    "ops.torchaudio.sox_io_", "ops.torchaudio.sox_effects_apply_effects_file",
    "ops.torchaudio.ffmpeg",  "ops.rpc.",
    "torch.distributed.rpc.", "torch.classes.dist_rpc.",
};
// The serializer never uses these as values of their own; an alias would hide what is called.
constexpr std::string_view kNamespaces[] = {"torch", "torch.ops", "ops", "ops.aten", "ops.image"};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c & 0x80) != 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A dot in front may belong to a number that ended the line before.
bool reaches_out(std::string_view name) {
    bool attribute = name.starts_with('.');
    if (attribute) name.remove_prefix(1);
    auto is = [&](std::string_view other) { return name == other; };
    auto begins = [&](std::string_view family) { return name.starts_with(family); };
    return std::any_of(std::begin(kReaching), std::end(kReaching), is) ||
           std::any_of(std::begin(kReachingFamilies), std::end(kReachingFamilies), begins) ||
           (!attribute && std::any_of(std::begin(kNamespaces), std::end(kNamespaces), is));
}

}  // namespace

void ScriptSearch::end_name() {
    end_word();
    if (reaches_out(name_) && hits_.size() < kMostHits) {
        hits_.push_back({offset_, name_.substr(name_.starts_with('.') ? 1 : 0)});
    }
    name_.clear();
}

// A word goes on with the name if a dot came before it, else it starts one.
void ScriptSearch::end_word() {
    if (word_.empty()) return;
    if (!name_.empty() && name_.back() != '.') {
        std::string word = std::move(word_);
        word_.clear();
        end_name();
        word_ = std::move(word);
    }
    bool number = name_.empty() && is_digit(word_.front());
    if (!number && name_.size() + word_.size() <= kLongestName) name_ += word_;
    word_.clear();
}

void ScriptSearch::code(char c) {
    if (is_word(c)) {
        state_ = State::kWord;
        if (word_.size() < kLongestName) word_ += c;
        return;
    }
    end_word();
    state_ = State::kCode;
    if (is_space(c) || c == '\\') return;
    if (c == '.') {
        if (name_.empty() || name_.back() != '.') name_ += c;
        return;
    }
    if (c == '#') {
        state_ = State::kComment;
        return;
    }
    end_name();
    if (c != '"' && c != '\'') return;
    state_ = State::kString;
    quote_ = c;
    quotes_ = 1;
    opening_ = true;
    long_ = false;
}

void ScriptSearch::string(char c) {
    if (opening_ && c == quote_) {
        if (++quotes_ < 3) return;
        long_ = true;
        opening_ = false;
        quotes_ = 0;
        return;
    }
    if (opening_ && quotes_ == 2) {  // it was empty
        opening_ = false;
        return code(c);
    }
    opening_ = false;
    if (!long_ && (c == quote_ || c == '\n')) {
        state_ = State::kCode;
    } else if (c == quote_) {
        if (++quotes_ == 3) state_ = State::kCode;
    } else {
        quotes_ = 0;
        if (c == '\\') state_ = State::kEscape;
    }
}

void ScriptSearch::feed(Bytes bytes) {
    for (uint8_t byte : bytes) {
        char c = static_cast<char>(byte);
        switch (state_) {
            case State::kCode:
            case State::kWord:
                code(c);
                break;
            case State::kComment:
                if (c == '\n') state_ = State::kCode;
                break;
            case State::kString:
                string(c);
                break;
            case State::kEscape:
                state_ = State::kString;
                break;
        }
        offset_++;
    }
}

void ScriptSearch::finish() { end_name(); }

}  // namespace assay::torch
