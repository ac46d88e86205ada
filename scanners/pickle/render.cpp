#include "render.h"

#include <fmt/format.h>

#include <utility>

namespace assay::pickle {

namespace {

constexpr size_t kMostText = 240;  // of one rendering
constexpr int kMostDepth = 4;
constexpr size_t kMostItems = 8;

class Renderer {
  public:
    explicit Renderer(const Heap& heap) : heap_(heap) {}

    void value(Value value, int depth = 0);
    void arguments(Value tuple, int depth);
    void put(std::string_view text) {
        size_t room = kMostText - std::min(kMostText, out_.size());
        out_.append(text.substr(0, room));
        if (text.size() > room && !cut_) {
            out_.append("...");
            cut_ = true;
        }
    }
    std::string take() { return std::move(out_); }

  private:
    void quoted(Value value);
    void items(std::string_view open, Value container, std::string_view close, int depth);
    void dict(Value container, int depth);
    void tuple(Value container, int depth);
    void made(Value value, int depth);

    const Heap& heap_;
    std::string out_;
    bool cut_ = false;
};

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        auto byte = static_cast<uint8_t>(c);
        if (c == '\'' || c == '\\') {
            out += {'\\', c};
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out.push_back(c);
        }
    }
    return out;
}

void Renderer::quoted(Value value) {
    Text text = heap_.text_of(value);
    std::string_view prefix = value.is(Kind::kBytes)       ? "b"
                              : value.is(Kind::kByteArray) ? "bytearray(b"
                                                           : "";
    put(prefix);
    put("'");
    put(escaped(text.kept));
    put(text.whole() ? "'" : "...'");
    if (value.is(Kind::kByteArray)) put(")");
}

void Renderer::items(std::string_view open, Value container, std::string_view close, int depth) {
    put(open);
    std::vector<Value> kept = heap_.kept_items(container);
    uint64_t total = heap_.items_of(container)->total;
    size_t shown = depth < kMostDepth ? std::min(kept.size(), kMostItems) : 0;
    for (size_t i = 0; i < shown; i++) {
        if (i > 0) put(", ");
        value(kept[i], depth + 1);
    }
    if (shown < total) put(shown > 0 ? ", ..." : "...");
    put(close);
}

void Renderer::dict(Value container, int depth) {
    put("{");
    std::vector<Value> kept = heap_.kept_items(container);
    size_t pairs = depth < kMostDepth ? std::min(kept.size() / 2, kMostItems) : 0;
    for (size_t i = 0; i < pairs; i++) {
        if (i > 0) put(", ");
        value(kept[2 * i], depth + 1);
        put(": ");
        value(kept[2 * i + 1], depth + 1);
    }
    if (2 * pairs < heap_.items_of(container)->total) put(pairs > 0 ? ", ..." : "...");
    put("}");
}

void Renderer::tuple(Value container, int depth) {
    items("(", container, heap_.items_of(container)->total == 1 ? ",)" : ")", depth);
}

void Renderer::arguments(Value tuple, int depth) {
    if (tuple.is(Kind::kTuple)) {
        items("(", tuple, ")", depth);
    } else if (tuple.is(Kind::kBuffer)) {
        put("(...)");
    } else {
        put("(*");
        value(tuple, depth + 1);
        put(")");
    }
}

void Renderer::made(Value value, int depth) {
    const Made& made = *heap_.made_of(value);
    if (depth >= kMostDepth) return put("...");
    if (value.is(Kind::kPersistent)) {
        put("persistent_load(");
        this->value(made.args, depth + 1);
        return put(")");
    }
    this->value(made.callee, depth + 1);
    arguments(made.args, depth + 1);
}

void Renderer::value(Value value, int depth) {
    if (cut_) return;
    switch (value.kind()) {
        case Kind::kNone:
            return put("None");
        case Kind::kBool:
            return put(value.payload() != 0 ? "True" : "False");
        case Kind::kInt:
            return put(std::to_string(value.payload()));
        case Kind::kBigInt:
            return put("<int>");
        case Kind::kFloat:
            return put("<float>");
        case Kind::kText:
        case Kind::kBytes:
        case Kind::kByteArray:
            return quoted(value);
        case Kind::kTuple:
            return tuple(value, depth);
        case Kind::kList:
            return items("[", value, "]", depth);
        case Kind::kDict:
            return dict(value, depth);
        case Kind::kSet:
            return items("{", value, "}", depth);
        case Kind::kFrozenSet:
            return items("frozenset({", value, "})", depth);
        case Kind::kGlobal: {
            const Global& global = *heap_.global_of(value);
            return put(
                render_name(*heap_.known_text(global.module), *heap_.known_text(global.name)));
        }
        case Kind::kMade:
        case Kind::kPersistent:
            return made(value, depth);
        case Kind::kExtension:
            return put(fmt::format("<extension {}>", value.payload()));
        case Kind::kBuffer:
            return put("<buffer>");
        case Kind::kLost:
            return put("<not kept>");
        case Kind::kUnknown:
            return put("<unknown>");
    }
}

}  // namespace

std::string render(const Heap& heap, Value value) {
    Renderer renderer(heap);
    renderer.value(value);
    return renderer.take();
}

std::string render_call(const Heap& heap, const Call& call) {
    Renderer renderer(heap);
    renderer.value(call.callee);
    if (call.op == Op::kNewObj || call.op == Op::kNewObjEx) renderer.put(".__new__");
    renderer.arguments(call.args, 0);
    return renderer.take();
}

std::string render_name(std::string_view module, std::string_view name) {
    return fmt::format("{}.{}", module, name);
}

}  // namespace assay::pickle
