// What is known of a value in a Jinja expression: enough to see a name that is put together from
// pieces.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::jinja {

// Stands in a text for what is not known of it.
inline constexpr char kGap = '\0';

struct Value {
    enum class Kind : uint8_t {
        kUnknown,
        kText,
        kNumber,
        kList,    // or a dictionary, of which the keys count
        kMethod,  // of a text or a list, named `name`
    };

    Kind kind = Kind::kUnknown;
    bool gaps = false;          // the text, or the list, is not known in full
    bool built = false;         // not spelled in one piece
    bool field = false;         // str.format() would get a private attribute
    bool disguised = false;     // spelled with escapes
    bool opaque = false;        // a text made of known ones in a way that is not followed
    bool several = false;       // one of known texts, of which it is not known which
    bool global = false;        // a name that the template did not set itself
    bool renderers = false;     // an object of the renderer, or comes of one
    bool closed = false;        // of these one that is nothing but a function or a class
    std::optional<bool> truth;  // of what is neither text nor number
    double number = 0;          // of a range, its rounds
    std::string text;           // what is known of it
    std::vector<Value> items;   // of a list
    std::vector<Value> values;  // of a dictionary, each of the item at its place
    std::string name;           // the last step to it: a variable, or an attribute
    std::string key;            // of an argument, the name it was given by
    std::string owner;          // the variable that it is, or "variable.field"

    // Whether it counts as true, if that is known.
    [[nodiscard]] std::optional<bool> holds() const {
        if (kind == Kind::kNumber) return number != 0;
        return is_known_text() ? std::optional(!text.empty()) : truth;
    }
    [[nodiscard]] bool is_text() const { return kind == Kind::kText; }
    [[nodiscard]] bool is_known_text() const { return is_text() && !gaps; }
};

using Values = std::span<const Value>;

// Keeps as much of a text as can matter to names.
void clip(Value& text);

// To a list, of which so much is kept; of lists in it those that hold no others.
void append(Value& list, const Value& value);
void append_pair(Value& dictionary, const Value& key, const Value& value);
// All that is kept of it, in items.
size_t weight(const Value& value);
// What the key stands for.
const Value* looked_up(const Value& dictionary, std::string_view key);
// A dictionary of those arguments that have names.
Value named(Values arguments);
// Whether it looks like a part of a private name.
bool is_piece(const Value& value);
// One of these, of which it is not known which.
Value one_of(Values values);
// `value`, or something else: a text becomes one between gaps.
Value perhaps(const Value& value);

// Changes a list as its method does: append(), extend(), insert(), update(), pop() and such.
// `surely`: once, and in this order with all others. False where the method changes nothing.
bool change_list(Value& list, std::string_view method, Values arguments, bool surely);

Value text_value(std::string text);
Value number_value(double number);

// `left + right` and `left ~ right`: texts grow together, numbers are added, lists follow each
// other.
Value add(const Value& left, const Value& right);
Value concatenate(const Value& left, const Value& right);
Value repeat(const Value& text, double times);
// `text % argument`, and the filter format().
Value format_percent(const Value& text, Values arguments);

// text[begin:end:step], of which each may be absent.
Value slice(const Value& text, std::span<const std::optional<double>, 3> bounds);
Value item(const Value& list, double index);

// What comes of a filter or a method as far as it is understood; else nothing is known.
Value filtered(const Value& value, std::string_view filter, Values arguments);
Value called(const Value& method, Values arguments);

}  // namespace assay::jinja
