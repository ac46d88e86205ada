#include "jinja_values.h"

#include <algorithm>
#include <cmath>

namespace assay::jinja {

namespace {

constexpr size_t kLongest = 512;  // of a text that is followed; no name is longer
constexpr size_t kMostItems = 32;

Value made_of(std::string text, const Value& from) {
    Value value = text_value(std::move(text));
    value.gaps = from.gaps;
    value.disguised = from.disguised;
    value.built = true;
    value.field = from.field;
    clip(value);
    return value;
}

// As Jinja's `~` writes it.
Value as_text(const Value& value) {
    if (value.kind == Value::Kind::kText) return value;
    if (value.kind == Value::Kind::kNumber && std::abs(value.number) < 1e15) {
        return text_value(std::to_string(static_cast<int64_t>(value.number)));
    }
    Value text = text_value(std::string(1, kGap));
    text.gaps = true;
    return text;
}

Value both(const Value& left, const Value& right) {
    Value value = made_of(left.text + right.text, left);
    value.gaps |= right.gaps;
    value.disguised |= right.disguised;
    return value;
}

Value joined(const Value& list, const std::string& between) {
    Value all = text_value("");
    all.gaps = list.gaps;
    for (size_t i = 0; i < list.items.size(); i++) {
        if (i > 0) all = both(all, text_value(between));
        all = both(all, as_text(list.items[i]));
    }
    all.built = true;
    return all;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    if (what.empty()) return text;
    for (size_t at = text.find(what); at != std::string::npos && text.size() <= kLongest;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

std::string stripped(std::string_view text, std::string_view of) {
    const size_t first = text.find_first_not_of(of);
    if (first == std::string_view::npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(of) + 1 - first));
}

template <class Convert>
std::string converted(std::string text, Convert convert) {
    for (char& c : text) c = convert(c);
    return text;
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// '{}{1}{name}'.format(…): each field takes the argument of its number, or the next one.
Value format_braces(const Value& text, Values arguments) {
    Value all = made_of("", text);
    std::string_view rest = text.text;
    size_t next = 0;
    while (!rest.empty()) {
        const size_t open = std::min(rest.find('{'), rest.size());
        all = both(all, text_value(std::string(rest.substr(0, open))));
        rest.remove_prefix(open);
        const size_t close = rest.find('}');
        if (rest.empty() || close == std::string_view::npos) break;
        const bool numbered = close == 2 && rest[1] >= '0' && rest[1] <= '9';
        const size_t index = numbered ? static_cast<size_t>(rest[1] - '0') : next++;
        all = both(all, as_text(index < arguments.size() ? arguments[index] : Value{}));
        rest.remove_prefix(close + 1);
    }
    return all;
}

Value changed(const Value& text, std::string_view how, Values arguments) {
    auto argument = [&](size_t i) { return i < arguments.size() ? arguments[i].text : ""; };
    if (how == "lower") return made_of(converted(text.text, lower), text);
    if (how == "upper") return made_of(converted(text.text, upper), text);
    if (how == "replace" && arguments.size() >= 2) {
        return made_of(replaced(text.text, argument(0), argument(1)), text);
    }
    if (how == "strip" || how == "trim" || how == "lstrip" || how == "rstrip") {
        return made_of(stripped(text.text, arguments.empty() ? " \t\r\n" : argument(0)), text);
    }
    return {};
}

bool leaves_as_is(std::string_view filter) {
    constexpr std::string_view kNames[] = {"string",      "safe",    "e", "escape",
                                           "forceescape", "default", "d"};
    return std::find(std::begin(kNames), std::end(kNames), filter) != std::end(kNames);
}

Value filtered_text(const Value& text, std::string_view filter, Values arguments) {
    if (leaves_as_is(filter)) return text;
    if (filter == "reverse") return made_of({text.text.rbegin(), text.text.rend()}, text);
    if (filter == "format") return format_percent(text, arguments);
    if (filter == "join") return text;
    if (filter == "first" && !text.text.empty()) return made_of(text.text.substr(0, 1), text);
    if (filter == "last" && !text.text.empty()) {
        return made_of(text.text.substr(text.text.size() - 1), text);
    }
    return changed(text, filter, arguments);
}

Value filtered_list(const Value& list, std::string_view filter, Values arguments) {
    if (filter == "join") return joined(list, arguments.empty() ? "" : arguments[0].text);
    if (filter == "first" && !list.items.empty()) return list.items.front();
    if (filter == "last" && !list.items.empty()) return list.items.back();
    if (filter == "list" || filter == "unique") return list;
    if (filter == "reverse") {
        Value reversed = list;
        std::reverse(reversed.items.begin(), reversed.items.end());
        return reversed;
    }
    return {};
}

}  // namespace

void clip(Value& text) {
    if (text.text.size() <= kLongest) return;
    text.text.resize(kLongest);
    text.gaps = true;
}

void append(Value& list, const Value& value) {
    size_t size = value.text.size();
    for (const Value& known : list.items) size += known.text.size();
    list.gaps |= size > kLongest || list.items.size() >= kMostItems;
    if (list.gaps) return;
    const bool follows = value.kind == Value::Kind::kText || value.kind == Value::Kind::kNumber;
    list.items.push_back(follows ? value : Value{});
}

Value text_value(std::string text) {
    Value value;
    value.kind = Value::Kind::kText;
    value.text = std::move(text);
    return value;
}

Value number_value(double number) {
    Value value;
    value.kind = Value::Kind::kNumber;
    value.number = number;
    return value;
}

Value concatenate(const Value& left, const Value& right) {
    if (!left.is_text() && !right.is_text()) {
        const bool numbers = left.kind == right.kind && left.kind == Value::Kind::kNumber;
        if (!numbers) return {};
    }
    return both(as_text(left), as_text(right));
}

Value add(const Value& left, const Value& right) {
    if (left.is_text() || right.is_text()) return concatenate(left, right);
    if (left.kind != right.kind) return {};
    if (left.kind == Value::Kind::kNumber) return number_value(left.number + right.number);
    if (left.kind != Value::Kind::kList) return {};
    Value list = left;
    for (const Value& more : right.items) append(list, more);
    list.gaps |= right.gaps;
    return list;
}

Value repeat(const Value& text, double times) {
    if (!(times >= 1)) return made_of("", text);
    std::string all;
    const double most = text.text.empty() ? 0 : std::min(times, double{kLongest});
    for (double i = 0; i < most && all.size() <= kLongest; i++) all += text.text;
    return made_of(std::move(all), text);
}

static Value character(double code) {
    return code > 0 && code < 128 ? text_value(std::string(1, static_cast<char>(code)))
                                  : as_text(Value{});
}

// Only %s and %d matter to names; a width is passed over.
Value format_percent(const Value& text, Values arguments) {
    Value all = made_of("", text);
    std::string_view rest = text.text;
    size_t next = 0;
    while (!rest.empty()) {
        const size_t mark = std::min(rest.find('%'), rest.size());
        all = both(all, text_value(std::string(rest.substr(0, mark))));
        rest.remove_prefix(mark);
        if (rest.empty()) break;
        const size_t letter = rest.find_first_not_of("0123456789.-+ #", 1);
        if (letter == std::string_view::npos) break;
        if (rest[letter] == '%') {
            all = both(all, text_value("%"));
        } else if (next < arguments.size() && rest[letter] == 'c' &&
                   arguments[next].kind == Value::Kind::kNumber) {
            all = both(all, character(arguments[next++].number));
        } else {
            all = both(all, as_text(next < arguments.size() ? arguments[next] : Value{}));
            next++;
        }
        rest.remove_prefix(letter + 1);
    }
    return all;
}

// By bytes, which is right for names.
Value slice(const Value& text, std::span<const std::optional<double>, 3> bounds) {
    if (!text.is_text()) return {};
    const auto size = static_cast<double>(text.text.size());
    const double step = std::trunc(bounds[2].value_or(1));
    if (step == 0 || std::isnan(step)) return {};
    auto bound = [&](const std::optional<double>& given, double otherwise, double least) {
        if (!given) return otherwise;
        const double counted = *given < 0 ? *given + size : *given;
        return std::clamp(std::trunc(counted), least, size + least);
    };
    const double least = step < 0 ? -1 : 0;
    const double begin = bound(bounds[0], step < 0 ? size - 1 : 0, least);
    const double end = bound(bounds[1], step < 0 ? -1 : size, least);
    std::string out;
    for (double i = begin; step < 0 ? i > end : i < end; i += step) {
        if (i >= 0 && i < size) out += text.text[static_cast<size_t>(i)];
        if (out.size() > kLongest) break;
    }
    return made_of(std::move(out), text);
}

Value item(const Value& list, double index) {
    const auto size = static_cast<double>(list.is_text() ? list.text.size() : list.items.size());
    const double at = std::trunc(index < 0 ? index + size : index);
    const bool inside = at >= 0 && at < size;
    if (!inside) return {};
    const auto i = static_cast<size_t>(at);
    if (list.is_text()) return made_of(list.text.substr(i, 1), list);
    return list.kind == Value::Kind::kList && !list.gaps ? list.items[i] : Value{};
}

Value filtered(const Value& value, std::string_view filter, Values arguments) {
    if (value.is_text()) return filtered_text(value, filter, arguments);
    if (value.kind == Value::Kind::kList) return filtered_list(value, filter, arguments);
    if (value.kind == Value::Kind::kNumber && filter == "string") return as_text(value);
    return {};
}

Value called(const Value& method, Values arguments) {
    if (method.kind != Value::Kind::kMethod) return {};
    Value text = text_value(method.text);
    text.gaps = method.gaps;
    text.disguised = method.disguised;
    if (method.name == "format") return format_braces(text, arguments);
    if (method.name == "join" && !arguments.empty()) {
        return joined(arguments[0], method.text);
    }
    return changed(text, method.name, arguments);
}

}  // namespace assay::jinja
