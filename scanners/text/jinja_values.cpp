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
    value.opaque = from.opaque || from.several;
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
    value.opaque |= right.opaque || right.several;
    return value;
}

Value joined(const Value& list, const std::string& between) {
    if (list.kind != Value::Kind::kList) return as_text(list.is_text() ? list : Value{});
    const Value gap = as_text(Value{});
    Value all = list.gaps ? gap : text_value("");
    for (size_t i = 0; i < list.items.size(); i++) {
        if (i > 0) all = both(all, text_value(between));
        all = both(all, as_text(list.items[i]));
        if (list.gaps) all = both(all, gap);
    }
    all.built = true;
    all.opaque |= list.opaque;
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

// What a field of format() stands for: '{}' the next argument, '{1}' and '{name}' the one so
// called.
Value field_value(std::string_view field, size_t& next, Values arguments) {
    field = field.substr(0, std::min(field.find_first_of("!:"), field.size()));
    const bool numbered = field.size() == 1 && field[0] >= '0' && field[0] <= '9';
    const bool positional = numbered || field.empty();
    const size_t index = numbered ? static_cast<size_t>(field[0] - '0') : next;
    if (field.empty()) next++;
    if (positional) return as_text(index < arguments.size() ? arguments[index] : Value{});
    const Value* known = nullptr;
    for (const Value& argument : arguments) {
        if (const Value* found = looked_up(argument, field)) known = found;
        if (argument.key == field) known = &argument;
    }
    return as_text(known ? *known : Value{});
}

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
        all = both(all, field_value(rest.substr(1, close - 1), next, arguments));
        rest.remove_prefix(close + 1);
    }
    return all;
}

// What is not followed further may be any text, and is suspect if it was made of a known one.
Value made_somehow(const Value& from) {
    Value value = as_text(Value{});
    const bool known = from.text.find_first_not_of(kGap) != std::string::npos;
    value.opaque = from.opaque || from.several || known;
    value.built = true;
    value.disguised = from.disguised;
    return value;
}

Value justified(const Value& text, std::string_view how, Values arguments) {
    constexpr double kMost = kLongest;
    const bool clear = !arguments.empty() && arguments[0].kind == Value::Kind::kNumber &&
                       (arguments.size() < 2 || arguments[1].text.size() == 1);
    if (!clear || text.gaps) return made_somehow(text);
    const char otherwise = how == "zfill" ? '0' : ' ';
    const char with = arguments.size() < 2 ? otherwise : arguments[1].text[0];
    const auto width = static_cast<size_t>(std::clamp(arguments[0].number, 0.0, kMost));
    const size_t more = width - std::min(width, text.text.size());
    size_t left = how == "ljust" ? 0 : more;
    if (how == "center") left = more / 2 + (more & width & 1);
    return made_of(std::string(left, with) + text.text + std::string(more - left, with), text);
}

Value split(const Value& text, Values arguments) {
    const bool known = arguments.empty() || (arguments.size() == 1 && !arguments[0].text.empty() &&
                                             arguments[0].is_known_text());
    if (!known) return made_somehow(text);
    const bool spaces = arguments.empty();
    const std::string between = spaces ? " " : arguments[0].text;
    Value list;
    list.kind = Value::Kind::kList;
    std::string_view rest = text.text;
    while (!list.gaps) {
        const size_t end = std::min(rest.find(between), rest.size());
        const bool skipped = spaces && end == 0;
        if (!skipped) append(list, made_of(std::string(rest.substr(0, end)), text));
        if (end == rest.size()) break;
        rest.remove_prefix(end + between.size());
    }
    return list;
}

char swapped(char c) { return lower(c) == c ? upper(c) : lower(c); }

// The first letter is large, in a title that of each word.
std::string capitalized(std::string text, bool title) {
    bool first = true;
    for (char& c : text) {
        const char small = lower(c);
        c = first ? upper(c) : small;
        first = title && (small < 'a' || small > 'z');
    }
    return text;
}

std::string without_tags(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const size_t open = std::min(text.find('<'), text.size());
        out += text.substr(0, open);
        text.remove_prefix(open);
        const size_t close = text.find('>');
        text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
    }
    return out;
}

// Methods and filters that tell something of a text, but make none of it.
bool only_tells(std::string_view how) {
    constexpr std::string_view kNames[] = {
        "length", "count",  "int",        "float",    "round", "abs",    "index",    "find",
        "rfind",  "rindex", "startswith", "endswith", "items", "select", "wordcount"};
    return how.starts_with("is") ||
           std::find(std::begin(kNames), std::end(kNames), how) != std::end(kNames);
}

Value without_end(const Value& text, bool front, const std::string& what) {
    std::string_view rest = text.text;
    if (front && rest.starts_with(what)) rest.remove_prefix(what.size());
    if (!front && rest.ends_with(what)) rest.remove_suffix(what.size());
    return made_of(std::string(rest), text);
}

Value changed(const Value& text, std::string_view how, Values arguments) {
    auto argument = [&](size_t i) { return i < arguments.size() ? arguments[i].text : ""; };
    if (how == "lower" || how == "casefold") return made_of(converted(text.text, lower), text);
    if (how == "upper") return made_of(converted(text.text, upper), text);
    if (how == "swapcase") return made_of(converted(text.text, swapped), text);
    if (how == "capitalize" || how == "title") {
        return made_of(capitalized(text.text, how == "title"), text);
    }
    if (how == "center" || how == "ljust" || how == "rjust" || how == "zfill") {
        return justified(text, how, arguments);
    }
    if (how == "split") return split(text, arguments);
    if (how == "striptags") return made_of(without_tags(text.text), text);
    if (how == "removeprefix") return without_end(text, true, argument(0));
    if (how == "removesuffix") return without_end(text, false, argument(0));
    if (how == "replace" && arguments.size() >= 2) {
        return made_of(replaced(text.text, argument(0), argument(1)), text);
    }
    if (how == "strip" || how == "trim" || how == "lstrip" || how == "rstrip") {
        return made_of(stripped(text.text, arguments.empty() ? " \t\r\n" : argument(0)), text);
    }
    return only_tells(how) ? Value{} : made_somehow(text);
}

Value characters(const Value& text) {
    Value list;
    list.kind = Value::Kind::kList;
    for (size_t i = 0; i < text.text.size() && !list.gaps; i++) {
        append(list, made_of(text.text.substr(i, 1), text));
    }
    return list;
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
    if (filter == "join") return arguments.empty() ? text : made_somehow(text);
    if (filter == "list") return characters(text);
    if (filter == "first" && !text.text.empty()) return made_of(text.text.substr(0, 1), text);
    if (filter == "last" && !text.text.empty()) {
        return made_of(text.text.substr(text.text.size() - 1), text);
    }
    return changed(text, filter, arguments);
}

Value pairs(const Value& dictionary) {
    Value all;
    all.kind = Value::Kind::kList;
    for (size_t i = 0; i < dictionary.values.size(); i++) {
        Value pair;
        pair.kind = Value::Kind::kList;
        append(pair, dictionary.items[i]);
        append(pair, dictionary.values[i]);
        append(all, pair);
    }
    return all;
}

// map('lower'); of attributes nothing is known.
Value mapped(const Value& list, Values arguments) {
    const bool by_filter =
        !arguments.empty() && arguments[0].is_known_text() && arguments[0].key.empty();
    if (!by_filter) return {};
    Value all;
    all.kind = Value::Kind::kList;
    for (const Value& part : list.items) {
        const Value next = filtered(part, arguments[0].text, arguments.subspan(1));
        append(all, next);
    }
    all.gaps |= list.gaps;
    return all;
}

Value filtered_list(const Value& list, std::string_view filter, Values arguments) {
    if (filter == "join") return joined(list, arguments.empty() ? "" : arguments[0].text);
    const bool ordered = !list.items.empty() && !list.gaps;
    if (filter == "first" && ordered) return list.items.front();
    if (filter == "last" && ordered) return list.items.back();
    constexpr std::string_view kOne[] = {"first", "last", "random", "min", "max"};
    if (std::find(std::begin(kOne), std::end(kOne), filter) != std::end(kOne)) {
        return one_of(list.items);
    }
    if (filter == "items" || filter == "dictsort") return pairs(list);
    if (filter == "map") return mapped(list, arguments);
    if (only_tells(filter) || filter == "sum" || filter == "groupby") return {};
    Value values = list;
    if (filter == "values") values.items = values.values;
    values.values.clear();
    if (filter == "reverse") std::reverse(values.items.begin(), values.items.end());
    constexpr std::string_view kSame[] = {"list", "unique", "values", "keys", "copy", "reverse"};
    if (std::find(std::begin(kSame), std::end(kSame), filter) != std::end(kSame)) return values;
    // Of the others some lists hold parts, or the same in another order; the rest are texts.
    values.gaps = true;
    constexpr std::string_view kParts[] = {"sort",       "select",     "reject", "batch",
                                           "selectattr", "rejectattr", "slice"};
    if (std::find(std::begin(kParts), std::end(kParts), filter) != std::end(kParts)) return values;
    const Value text = joined(values, "");
    Value somehow = made_somehow(text);
    somehow.text = text.text;
    return somehow;
}

}  // namespace

void clip(Value& text) {
    if (text.text.size() <= kLongest) return;
    text.text.resize(kLongest);
    text.gaps = true;
}

static size_t text_size(const Value& value) {
    size_t size = value.text.size();
    for (const Value& part : value.items) size += text_size(part);
    for (const Value& part : value.values) size += text_size(part);
    return size;
}

size_t weight(const Value& value) {
    size_t count = 1;
    for (const Value& part : value.items) count += weight(part);
    for (const Value& part : value.values) count += weight(part);
    return count;
}

static bool nests(const Value& list) {
    const auto is_list = [](const Value& part) { return part.kind == Value::Kind::kList; };
    return std::any_of(list.items.begin(), list.items.end(), is_list) || !list.values.empty();
}

// Of a value as much as is followed in a list.
static Value followed(const Value& value) {
    const bool flat = value.kind == Value::Kind::kList && !nests(value);
    const bool simple = value.kind == Value::Kind::kText || value.kind == Value::Kind::kNumber;
    return flat || simple || value.renderers ? value : Value{};
}

void append(Value& list, const Value& value) {
    list.renderers |= value.renderers;
    list.closed |= value.closed;
    Value kept = followed(value);
    list.gaps |= text_size(list) + text_size(kept) > kLongest ||
                 weight(list) + weight(kept) > size_t{4} * kMostItems ||
                 list.items.size() >= kMostItems;
    if (!list.gaps) list.items.push_back(std::move(kept));
}

void append_pair(Value& dictionary, const Value& key, const Value& value) {
    append(dictionary, key);
    if (!dictionary.gaps) dictionary.values.push_back(followed(value));
}

const Value* looked_up(const Value& dictionary, std::string_view key) {
    for (size_t i = dictionary.values.size(); i > 0; i--) {
        const Value& known = dictionary.items[i - 1];
        if (known.is_known_text() && known.text == key) return &dictionary.values[i - 1];
    }
    return nullptr;
}

Value named(Values arguments) {
    Value dictionary;
    dictionary.kind = Value::Kind::kList;
    for (const Value& argument : arguments) {
        if (!argument.key.empty()) append_pair(dictionary, text_value(argument.key), argument);
    }
    return dictionary;
}

Value perhaps(const Value& value) {
    if (!value.is_text()) return value.renderers ? value : Value{};
    Value either = value;
    const bool private_part = value.text.find('_') != std::string::npos;
    either.text = private_part ? kGap + value.text + kGap : std::string(1, kGap);
    either.gaps = true;
    clip(either);
    return either;
}

bool is_piece(const Value& value) {
    const std::string_view text = value.text;
    const bool edge = text.starts_with('_') || text.ends_with('_');
    return value.is_text() && (edge || text.find("__") != std::string_view::npos);
}

Value one_of(Values values) {
    Value likely;
    bool several = false;
    for (const Value& value : values) {
        several |= likely.is_text() && value.is_text() && value.text != likely.text &&
                   (is_piece(value) || is_piece(likely));
        const bool better = likely.text.find('_') == std::string::npos && value.is_text();
        if (better || value.renderers) likely = value;
    }
    if (values.size() == 1) return likely;
    likely = perhaps(likely);
    likely.several |= several && likely.is_text();
    return likely;
}

namespace {

// What is in it is not known any more; what is made of it may be a private name.
void lose_track(Value& list) {
    list.opaque |= std::any_of(list.items.begin(), list.items.end(), is_piece);
    list.gaps = true;
}

void update(Value& dictionary, Values arguments) {
    for (const Value& argument : arguments) {
        if (!argument.key.empty()) append_pair(dictionary, text_value(argument.key), argument);
        for (size_t i = 0; i < argument.values.size(); i++) {
            append_pair(dictionary, argument.items[i], argument.values[i]);
        }
    }
}

void insert(Value& list, Values arguments) {
    const size_t before = list.items.size();
    append(list, arguments[1]);
    if (list.items.size() == before || arguments[0].kind != Value::Kind::kNumber) return;
    const double wanted = arguments[0].number;
    const auto size = static_cast<double>(before);
    const double place = std::clamp(wanted < 0 ? wanted + size : wanted, 0.0, size);
    std::rotate(list.items.begin() + static_cast<std::ptrdiff_t>(place), list.items.end() - 1,
                list.items.end());
}

bool takes_away(std::string_view method) {
    constexpr std::string_view kNames[] = {"pop", "remove", "clear", "reverse", "sort", "popitem"};
    return std::find(std::begin(kNames), std::end(kNames), method) != std::end(kNames);
}

}  // namespace

bool change_list(Value& list, std::string_view method, Values arguments, bool surely) {
    bool followed = surely;
    if (method == "append" && !arguments.empty()) {
        append(list, arguments[0]);
    } else if (method == "extend" && !arguments.empty()) {
        for (const Value& part : arguments[0].items) append(list, part);
        followed &= arguments[0].kind == Value::Kind::kList && !arguments[0].gaps;
        list.opaque |= is_piece(arguments[0]) || arguments[0].opaque;
    } else if (method == "insert" && arguments.size() >= 2) {
        insert(list, arguments);
    } else if (method == "update" || method == "setdefault") {
        if (method == "setdefault" && arguments.size() >= 2) {
            append_pair(list, arguments[0], arguments[1]);
            followed = false;
        }
        update(list, arguments);
    } else if (method == "pop" && arguments.empty() && list.values.empty()) {
        if (surely && !list.items.empty()) list.items.pop_back();
    } else if (takes_away(method)) {
        followed = false;
    } else {
        return false;
    }
    if (!followed) lose_track(list);
    return true;
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
    list.owner.clear();
    for (const Value& more : right.items) append(list, more);
    list.gaps |= right.gaps;
    list.opaque |= right.opaque;
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
        const size_t close = rest.starts_with("%(") ? rest.find(')') : 0;
        if (close == std::string_view::npos) break;
        const size_t letter = rest.find_first_not_of("0123456789.-+ #", close + 1);
        if (letter == std::string_view::npos) break;
        if (close > 0) {
            all = both(all, field_value(rest.substr(2, close - 2), next, arguments));
        } else if (rest[letter] == '%') {
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
    const bool list = text.kind == Value::Kind::kList && !text.gaps;
    if (!text.is_text() && !list) return {};
    const auto size = static_cast<double>(list ? text.items.size() : text.text.size());
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
    Value parts;
    parts.kind = Value::Kind::kList;
    for (double i = begin; step < 0 ? i > end : i < end; i += step) {
        const bool inside = i >= 0 && i < size;
        if (inside && list) append(parts, text.items[static_cast<size_t>(i)]);
        if (inside && !list) out += text.text[static_cast<size_t>(i)];
        if (out.size() > kLongest) break;
    }
    return list ? parts : made_of(std::move(out), text);
}

Value item(const Value& list, double index) {
    const auto size = static_cast<double>(list.is_text() ? list.text.size() : list.items.size());
    const double at = std::trunc(index < 0 ? index + size : index);
    const bool inside = at >= 0 && at < size;
    if (list.kind == Value::Kind::kList && list.gaps && list.opaque) return made_somehow(list);
    if (!inside) return {};
    const auto i = static_cast<size_t>(at);
    if (list.is_text()) return made_of(list.text.substr(i, 1), list);
    return list.kind == Value::Kind::kList && !list.gaps ? list.items[i] : Value{};
}

Value filtered(const Value& value, std::string_view filter, Values arguments) {
    Value result;
    if (value.is_text()) result = filtered_text(value, filter, arguments);
    if (value.kind == Value::Kind::kList) result = filtered_list(value, filter, arguments);
    if (value.kind == Value::Kind::kNumber && filter == "string") result = as_text(value);
    const bool comes_of_it = value.renderers && !result.is_text();
    result.renderers |= comes_of_it;
    result.closed |= comes_of_it && value.closed;
    return result;
}

// Functions that every template has.
static Value called_global(std::string_view name, Values arguments) {
    if (name == "dict") return named(arguments);
    if (name == "namespace") {
        Value fields = named(arguments);
        // Numbers are counters, which change.
        for (Value& field : fields.values) {
            if (field.kind == Value::Kind::kNumber) field = Value{};
        }
        return fields;
    }
    Value list;
    list.kind = Value::Kind::kList;
    if (name != "cycler") return {};
    for (const Value& argument : arguments) append(list, argument);
    return list;
}

static Value called_of_list(const Value& method, Values arguments) {
    Value list = method;
    list.kind = Value::Kind::kList;
    const std::string_view name = method.name;
    const bool takes_key = !method.values.empty() && !arguments.empty();
    if (takes_key && (name == "get" || name == "pop")) {
        const Value* known = looked_up(method, arguments[0].text);
        return known ? *known : one_of(method.values);
    }
    if (name == "values" || name == "items") return filtered(list, name, {});
    if (name == "next" || name == "pop") return one_of(method.items);
    return name == "keys" || name == "copy" ? list : Value{};
}

Value called(const Value& method, Values arguments) {
    if (method.global) return called_global(method.name, arguments);
    if (method.name == "cycle" && method.kind == Value::Kind::kUnknown) return one_of(arguments);
    if (method.kind != Value::Kind::kMethod) return {};
    if (!method.items.empty()) return called_of_list(method, arguments);
    Value text = text_value(method.text);
    text.gaps = method.gaps;
    text.disguised = method.disguised;
    text.opaque = method.opaque;
    if (method.name == "format") return format_braces(text, arguments);
    if (method.name == "format_map") {
        return format_braces(text, arguments.empty() ? Values() : Values(&arguments[0], 1));
    }
    if (method.name == "join" && !arguments.empty()) {
        return joined(arguments[0], method.text);
    }
    return changed(text, method.name, arguments);
}

}  // namespace assay::jinja
