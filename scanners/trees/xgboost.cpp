// XGBoost: models of boosted trees, as one document in two spellings.
//
//   {"learner": {"gradient_booster": {"model": {"trees": [{"left_children": […], …}]}}},
//    "version": [3, 2, 0]}
//
// JSON (.json) and UBJSON (.ubj, .bin, .model: what saving writes today). Before, the library's
// memory was written as it was, behind "binf", or as base64 behind "bs64".
//
// How it is bent: indices of nodes and features, which the library uses without a check; lengths
// and counts of UBJSON that nothing backs; nesting; keys twice; and a pickle in place of a model,
// which is found as such.
#include "xgboost.h"

#include <algorithm>
#include <charconv>

#include "formats.h"
#include "ubjson.h"
#include "xgboost_model.h"

namespace assay {

namespace xgboost {

namespace {

// At the top. A model has two; of a document that has more, only what may be a model is followed.
constexpr size_t kMostKeys = 16;
constexpr uint64_t kLongestKey = 64;  // the first one

class JsonSide final : public JsonVisitor {
  public:
    explicit JsonSide(ScanContext& context) : context_(context), model_(context) {}
    bool token(const json::Token& token) override;
    Status end(bool whole) override;
    [[nodiscard]] const JsonFaults* faults() const override;

  private:
    [[nodiscard]] bool passes_over(const json::Token& token);

    ScanContext& context_;
    Model model_;
    size_t keys_ = 0;    // at the top
    bool over_ = false;  // what follows is the value of a key that is passed over
};

std::optional<int64_t> whole_number(std::string_view text) {
    int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool JsonSide::passes_over(const json::Token& token) {
    if (token.depth == 1 && token.kind == json::Kind::kKey) {
        over_ = ++keys_ > kMostKeys && token.text != "learner" && token.text != "version";
    }
    return over_ && token.depth > 0;
}

bool JsonSide::token(const json::Token& token) {
    if (passes_over(token)) return true;
    switch (token.kind) {
        case json::Kind::kObject:
        case json::Kind::kArray:
            model_.open(token.kind == json::Kind::kObject, token.offset);
            break;
        case json::Kind::kObjectEnd:
        case json::Kind::kArrayEnd:
            model_.close();
            break;
        case json::Kind::kKey:
            model_.key(token.text, token.hash, token.offset);
            break;
        case json::Kind::kString:
            model_.text(token.text);
            break;
        case json::Kind::kNumber:
            model_.number(whole_number(token.text));
            break;
        default:
            model_.other(token.kind == json::Kind::kTrue    ? std::optional(true)
                         : token.kind == json::Kind::kFalse ? std::optional(false)
                                                            : std::nullopt);
            break;
    }
    return true;
}

// Keys twice are said by the model.
const JsonFaults* JsonSide::faults() const {
    static constexpr JsonFaults kFaults{nullptr, nullptr};
    return model_.is_model() ? &kFaults : nullptr;
}

Status JsonSide::end(bool whole) {
    if (!model_.is_model()) return Done{};
    context_.refine("xgboost");
    return model_.report(whole);
}

// Two names that hash alike are one key as good as never.
uint64_t hash_of(std::string_view text) {
    uint64_t hash = 0xcbf29ce484222325;
    for (char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    return hash ^ text.size() << 56;
}

class UbjsonSide final : public ubjson::Sink {
  public:
    explicit UbjsonSide(Model& model) : model_(model) {}
    void open(bool object, uint64_t offset) override { model_.open(object, offset); }
    void close() override { model_.close(); }
    void key(std::string_view text, uint64_t offset) override {
        model_.key(text, hash_of(text), offset);
    }
    void text(std::string_view text) override { model_.text(text); }
    void number(std::optional<int64_t> value) override { model_.number(value); }
    void other(std::optional<bool> truth) override { model_.other(truth); }

  private:
    Model& model_;
};

bool is_old(Bytes head) { return starts_with(head, "binf") || starts_with(head, "bs64"); }

bool is_name(std::string_view text) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    return !text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos;
}

// An object whose first key is a name, behind which a value begins. XGBoost passes over keys that
// it does not know, so that may be any; whether it is a model shows when it has been read.
bool is_ubjson(Bytes head) {
    if (head.size() < 3 || head[0] != '{') return false;
    const uint8_t mark = head[1];
    const size_t width = mark == 'L' ? 8 : mark == 'l' ? 4 : mark == 'I' ? 2 : 1;
    if (width == 1 && mark != 'i' && mark != 'U') return false;
    if (head.size() < 2 + width) return false;
    uint64_t length = 0;
    for (uint8_t byte : head.subspan(2, width)) length = length << 8 | byte;
    const std::string_view rest = as_text(head.subspan(2 + width));
    if (length > kLongestKey || length >= rest.size())
        return length <= kLongestKey && is_name(rest);
    constexpr std::string_view kValues = "ZNTFiUIlLdDCSH[{";
    return is_name(rest.substr(0, static_cast<size_t>(length))) &&
           kValues.find(rest[static_cast<size_t>(length)]) != std::string_view::npos;
}

// The first key is one of XGBoost's own.
bool begins_model(Bytes head) {
    constexpr std::string_view kFirst[] = {"learner", "version", "Config"};
    const std::string_view text = as_text(head);
    return std::any_of(std::begin(kFirst), std::end(kFirst), [&](std::string_view key) {
        const size_t at = text.find(key);
        return at >= 3 && at <= 10;
    });
}

bool is_xgboost(const Probe& probe) {
    if (probe.promised) return !probe.head.empty() && probe.head[0] == '{';
    return is_ubjson(probe.head) || is_old(probe.head);
}

Status refuse(ScanContext& context, const Rule& rule, uint64_t offset, const char* what) {
    context.report(rule, offset, 0, what);
    return Error{Code::kMalformed, what, offset};
}

Status scan_old(ScanContext& context) {
    context.report(rules::kLegacyBinary, 0, 0, "");
    context.incomplete(Coverage::kUnsupported, rules::kLegacyBinary.message);
    return Done{};
}

Status scan_xgboost(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(32);
    if (!head) return head.error();
    if (is_old(*head)) return scan_old(context);
    const bool guessed = !begins_model(*head) && !context.path().ends_with(".ubj");
    Model model(context);
    UbjsonSide side(model);
    Result<std::optional<ubjson::Fault>> read = ubjson::read(tape, side);
    if (!read) return read.error();
    if (guessed && !model.is_model()) {
        context.disown();
        return Done{};
    }
    Status reported = model.report(!read->has_value());
    if (!reported) return reported;
    if (const auto& fault = *read) {
        const Rule& rule = fault->deep ? rules::kDepth : rules::kLengthOverflow;
        return refuse(context, rule, fault->offset, fault->text);
    }
    if (!model.is_model()) {
        return refuse(context, rules::kLengthOverflow, 0, "the document is no model");
    }
    context.parsed(tape.offset());
    Result<Bytes> more = tape.peek(1);
    if (!more) return more.error();
    if (more->empty()) return Done{};
    return refuse(context, rules::kLengthOverflow, tape.offset(), "bytes follow the document");
}

constexpr std::string_view kExtensions[] = {"ubj"};

}  // namespace

}  // namespace xgboost

const Format kXgboostFormat{
    "xgboost",
    false,
    0,
    xgboost::kExtensions,
    xgboost::rules::kAll,
    xgboost::is_xgboost,
    xgboost::scan_xgboost,
};

const JsonKind kXgboostJson = {"xgboost", [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
                                   return std::make_unique<xgboost::JsonSide>(context);
                               }};

}  // namespace assay
