// What the variables of a template hold, how they change, and what macros are called with.
#include <algorithm>

#include "assay/limits.h"
#include "jinja_reader.h"

namespace assay::jinja {

static constexpr size_t kMostKept = kMiB;  // in variables
static constexpr size_t kMostVariables = 4096;
static constexpr size_t kMostAliases = 64;
static constexpr size_t kMostCalls = 64;  // of one callee

// A field of a namespace outlives the block that sets it: after a second time it may be either.
void TemplateReader::bind_field(std::string_view owner, std::string_view field,
                                const Value& value) {
    const auto known = variables_.find(owner);
    if (known == variables_.end() || kept_ > kMostKept) return;
    kept_ += value.text.size() + weight(value) * sizeof(Value);
    Value& fields = known->second;
    if (fields.kind != Value::Kind::kList) return;
    if (const Value* before = looked_up(fields, field)) {
        const Value either[] = {*before, value, Value{}};
        fields.values[static_cast<size_t>(before - fields.values.data())] = one_of(either);
    } else {
        append_pair(fields, text_value(std::string(field)), value);
    }
}

// In a block that may not be run, or that is run again, a part of a private name may be the one
// that was there before.
void TemplateReader::bind(const std::string& name, const Value& value) {
    const size_t dot = name.find('.');
    if (dot != std::string::npos) {
        const std::string_view whole = name;
        return bind_field(whole.substr(0, dot), whole.substr(dot + 1), value);
    }
    const bool room = variables_.size() < kMostVariables || variables_.contains(name);
    if (name.empty() || !room) return;
    Value& known = variables_[name];
    // Of several texts the one stays that may be a part of a private name.
    const bool keeps = known.text.find('_') != std::string::npos;
    if (keeps && value.text.find('_') == std::string::npos) {
        known.several |= value.is_text() && !surely() && is_piece(known);
        return;
    }
    const bool either = !surely() && known.is_text() && value.is_text() &&
                        known.text != value.text && (is_piece(known) || is_piece(value));
    const Value both[] = {known, value};
    kept_ += value.text.size() + weight(value) * sizeof(Value);
    known = kept_ > kMostKept ? Value{} : either ? one_of(both) : value;
    if (known.kind != Value::Kind::kList) known.owner.clear();
    if (!known.owner.empty() && aliases_.size() < kMostAliases) aliases_.push_back(name);
}

// A list that has several names is changed under all of them, by which ever it is called now.
void TemplateReader::change(const Value& list, Values arguments) {
    const auto change_one = [&](Value& known, bool surely) {
        if (known.kind != Value::Kind::kList) return;
        const size_t before = weight(known);
        if (!change_list(known, list.name, arguments, surely)) return;
        kept_ += (weight(known) - std::min(before, weight(known))) * sizeof(Value);
    };
    const size_t dot = list.owner.find('.');
    const auto owner = variables_.find(std::string_view(list.owner).substr(0, dot));
    if (owner == variables_.end() || kept_ > kMostKept) return;
    Value& whole = owner->second;
    if (dot != std::string::npos) {
        const Value* field = looked_up(whole, std::string_view(list.owner).substr(dot + 1));
        if (field)
            change_one(whole.values[static_cast<size_t>(field - whole.values.data())], surely());
        return;
    }
    bool shared = false;
    for (const std::string& name : aliases_) {
        const auto alias = variables_.find(name);
        if (alias == variables_.end() || alias->second.owner != list.owner) continue;
        shared = true;
        change_one(alias->second, false);
    }
    change_one(whole, surely() && !shared);
}

// ------------------------------------------------------------------------------------------------
// Macros

static bool same_arguments(const Call& one, const Call& other) {
    return std::equal(one.arguments.begin(), one.arguments.end(), other.arguments.begin(),
                      other.arguments.end(), [](const Value& x, const Value& y) {
                          return x.kind == y.kind && x.gaps == y.gaps && x.text == y.text &&
                                 x.key == y.key && x.items.size() == y.items.size();
                      });
}

void Calls::add(const std::string& callee, Call call) {
    std::vector<Call>& known = by_name[callee];
    const bool again = std::any_of(known.begin(), known.end(),
                                   [&](const Call& other) { return same_arguments(call, other); });
    if (again) return;
    if (known.size() >= kMostCalls) return void(left_off.insert(callee));
    known.push_back(std::move(call));
}

bool Calls::same_as(const Calls& other) const {
    const auto same = [](const auto& one, const auto& another) {
        return one.first == another.first &&
               std::equal(one.second.begin(), one.second.end(), another.second.begin(),
                          another.second.end(), same_arguments);
    };
    return macros == other.macros && left_off == other.left_off &&
           std::equal(by_name.begin(), by_name.end(), other.by_name.begin(), other.by_name.end(),
                      same);
}

void TemplateReader::note_call(const std::string& callee, const Value& what, Values arguments) {
    const bool follows = std::any_of(arguments.begin(), arguments.end(), [](const Value& argument) {
        return argument.is_text() || argument.kind == Value::Kind::kList;
    });
    const bool method = what.kind == Value::Kind::kMethod || what.kind == Value::Kind::kList;
    const bool nameless = !what.global && (what.name.empty() || !callee.empty());
    const bool noted = follows && !method && (nameless || !callee.empty());
    if (!noted || kept_ > kMostKept) return;
    for (const Value& argument : arguments) kept_ += weight(argument) * sizeof(Value);
    met_.add(callee, {nameless, {arguments.begin(), arguments.end()}});
}

// Its own calls first; a value without a name, or a variable, may be any macro.
template <class Visit>
void TemplateReader::each_call(const std::string& macro, Visit visit) const {
    const auto own = given_.by_name.find(macro);
    if (own != given_.by_name.end()) std::for_each(own->second.begin(), own->second.end(), visit);
    for (const auto& [callee, call] : others_) {
        if (callee != macro) visit(*call);
    }
}

// Few, since each macro has to look at them.
void TemplateReader::find_others() {
    for (const auto& [callee, calls] : given_.by_name) {
        if (given_.macros.contains(callee)) continue;
        for (const Call& call : calls) {
            if (call.nameless && others_.size() < kMostCalls) others_.emplace_back(callee, &call);
        }
    }
}

// What a parameter may be: one text, if all calls agree.
Value TemplateReader::parameter(const std::string& macro, const std::string& name, size_t place,
                                const std::optional<Value>& otherwise) const {
    std::vector<Value> values;
    const auto add = [&](const Value& value) {
        const bool same = std::any_of(values.begin(), values.end(), [&](const Value& other) {
            return other.kind == value.kind && !other.renderers && other.text == value.text &&
                   value.kind != Value::Kind::kList;
        });
        if (!same) values.push_back(value);
    };
    each_call(macro, [&](const Call& call) {
        for (size_t i = 0; i < call.arguments.size(); i++) {
            const Value& argument = call.arguments[i];
            if (argument.key.empty() ? i == place : argument.key == name) add(argument);
        }
    });
    if (values.empty()) return otherwise ? perhaps(*otherwise) : Value{};
    if (otherwise) add(*otherwise);
    Value value = one_of(values);
    value.several |= value.is_text() && given_.left_off.contains(macro);
    return value;
}

// Within a block the name is another variable.
void TemplateReader::shadow(const std::string& name) {
    const auto known = variables_.find(name);
    if (known == variables_.end()) return;
    shadowed_.push_back({name, std::move(known->second), blocks_.size()});
    variables_.erase(known);
}

void TemplateReader::end_shadows() {
    while (!shadowed_.empty() && shadowed_.back().level > blocks_.size()) {
        variables_[shadowed_.back().name] = std::move(shadowed_.back().value);
        shadowed_.pop_back();
    }
}

// (a, b=1)
void TemplateReader::read_parameters(const std::string& macro) {
    std::set<std::string> names;
    while (token_.kind == Token::Kind::kName) {
        const std::string name(token_.text);
        move();
        std::optional<Value> otherwise;
        if (skip("=")) otherwise = read_expression();
        Value value = parameter(macro, name, names.size(), otherwise);
        value.key.clear();
        value.owner.clear();
        shadow(name);
        bind(name, value);
        names.insert(name);
        if (!skip(",")) break;
    }
    bind_rest(macro, names);
    want(")");
}

// Arguments that have no parameter.
void TemplateReader::bind_rest(const std::string& macro, const std::set<std::string>& names) {
    Value rest;
    rest.kind = Value::Kind::kList;
    Value named = rest;
    each_call(macro, [&](const Call& call) {
        for (size_t i = 0; i < call.arguments.size(); i++) {
            const Value& argument = call.arguments[i];
            if (argument.key.empty() && i >= names.size()) append(rest, argument);
            if (!argument.key.empty() && !names.contains(argument.key)) {
                append_pair(named, text_value(argument.key), argument);
            }
        }
    });
    if (!rest.items.empty()) bind("varargs", rest);
    if (!named.items.empty()) bind("kwargs", named);
}

}  // namespace assay::jinja
