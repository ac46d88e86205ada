// Jinja templates: what is read of them, and what is found in them.
#include "scanners/text/jinja.h"

#include <gtest/gtest.h>

#include "scanners/text/jinja_tokens.h"
#include "tests/unit/support/random.h"
#include "tests/unit/support/recording_context.h"

namespace assay {
namespace {

using namespace test;
using jinja::Lexer;
using jinja::Token;

// The ids of what is found, without "jinja.", each once and in order.
std::string found(std::string_view text) {
    RecordingContext context(4096);
    check_template(text, 0, context);
    std::string ids;
    for (const std::string& finding : context.findings) {
        const std::string id = finding.substr(6, finding.find(' ') - 6);
        if ((" " + ids + " ").find(" " + id + " ") == std::string::npos) {
            ids += (ids.empty() ? "" : " ") + id;
        }
    }
    return ids;
}

// All tokens of all tags, tags in brackets.
std::string tokens(std::string_view text) {
    Lexer lexer(text);
    std::string all;
    while (lexer.next_tag() != Lexer::Tag::kNone) {
        all += "[";
        for (Token token = lexer.next(); token.kind != Token::Kind::kTagEnd; token = lexer.next()) {
            const bool fault = token.kind == Token::Kind::kFault;
            all += (fault ? "?" : std::string(token.text)) + " ";
        }
        all += "]";
    }
    return all + (lexer.closed() ? "" : "open");
}

std::string decoded(std::string_view spelled) {
    bool disguised = false;
    const std::string text = jinja::decode_text(spelled, disguised);
    return disguised ? text + " (disguised)" : text;
}

TEST(JinjaTokens, OnlyTagsHoldTokens) {
    EXPECT_EQ(tokens("a {{ b.c }} d {%- if x -%} e {# {{ f }} #}"), "[b . c ][if x ]");
    EXPECT_EQ(tokens("{ {a} } % } #} }}"), "");
    EXPECT_EQ(tokens("{% raw %}{{ a }}{% endraw %}{{ b }}"), "[b ]");
    EXPECT_EQ(tokens("{%- raw -%}{% endra %}{%+ endraw +%}{{- b -}}"), "[b ]");
    EXPECT_EQ(tokens("{{ '}}' }}{{ \"%}\" }}"), "['}}' ][\"%}\" ]");
    EXPECT_EQ(tokens("{{ {'a': {}}}} x"), "[{ 'a' : { } } ]");
    EXPECT_EQ(tokens("{{{}}}"), "[{ } ]");
}

TEST(JinjaTokens, OperatorsNumbersAndTexts) {
    EXPECT_EQ(tokens("{{ a//b**c==d!=e>=f<=g }}"), "[a // b ** c == d != e >= f <= g ]");
    EXPECT_EQ(tokens("{{ 1.5e-3 + 1_000 + 0x1F + a.0.b }}"),
              "[1.5e-3 + 1_000 + 0x1F + a . 0 . b ]");
    EXPECT_EQ(tokens(R"({{ 'it\'s' "b\"" }})"), R"(['it\'s' "b\"" ])");
    EXPECT_EQ(tokens("{{ a ? b }}"), "[a ? b ]");
    EXPECT_EQ(tokens("{{ größe }}"), "[größe ]");
}

TEST(JinjaTokens, WhatIsNotClosed) {
    EXPECT_EQ(tokens("{{ a"), "[a ]open");
    EXPECT_EQ(tokens("{{ 'a }}"), "[? a ]");
    EXPECT_EQ(tokens("{# a"), "open");
    EXPECT_EQ(tokens("{% raw %} {{ a }}"), "[a ]open");
    EXPECT_EQ(tokens("{% raw %} {{ a }} {% raw %} {{ b }}"), "[a ][b ]open");
    EXPECT_EQ(tokens("{"), "");
    EXPECT_EQ(tokens("{{"), "[]open");
}

TEST(JinjaTokens, SpaceIsWhatUnicodeSaysItIs) {
    for (const char* space :
         {"\xc2\xa0", "\xc2\x85", "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x8a", "\xe2\x80\xa8",
          "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\x1c", "\x1f", "\v"}) {
        const std::string s = space;
        EXPECT_EQ(tokens("{% raw %}{{ a }}{%" + s + "endraw" + s + "%}{{ b }}"), "[b ]");
        EXPECT_EQ(tokens("{%" + s + "raw" + s + "%}{{ a }}{% endraw %}{{ b }}"), "[b ]");
        EXPECT_EQ(tokens("{{ x" + s + "." + s + "__class__" + s + "}}"), "[x . __class__ ]");
    }
    // A space without width is none.
    EXPECT_EQ(tokens("{% raw %}{{ a }}{%\xe2\x80\x8b"
                     "endraw %}"),
              "[a ][\xe2\x80\x8b"
              "endraw ]open");
}

TEST(JinjaTokens, Escapes) {
    EXPECT_EQ(decoded(R"(a\n\t\\\'\q)"), "a\n\t\\'\\q");
    EXPECT_EQ(decoded(R"(\x5f\u005f\U0000005f\137\N{LOW LINE})"), "_____ (disguised)");
    EXPECT_EQ(decoded(R"(\u2581\xe9\U0001f600)"), "\xe2\x96\x81\xc3\xa9\xf0\x9f\x98\x80");
    EXPECT_EQ(decoded(R"(\N{LATIN SMALL LETTER X}\N{latin capital letter y})"), "xY (disguised)");
    EXPECT_EQ(decoded(R"(\x5\u12\UFFFFFFFF)"), "\\x5\\u12\xef\xbf\xbd");
    EXPECT_EQ(decoded("a\\\nb\\"), "ab");
}

TEST(Jinja, OrdinaryTemplatesHaveNoFindings) {
    for (const char* text : {
             "plain text",
             "{{ bos_token }}{% for message in messages %}{{ message['role'] }}{% endfor %}",
             "{%- set ns = namespace(found=false, i=0) -%}{% set ns.found = true %}{{ ns.found }}",
             "{% if loop.index0 % 2 == 0 and not (a is defined) %}{% elif b is not none %}{% endif "
             "%}",
             "{{ raise_exception('Only user and assistant roles are supported!') }}",
             "{{ content.split('</think>')[-1].lstrip('\\n') }}{{ messages[0].content | trim }}",
             "{{ tools | tojson(indent=4) }}{{ strftime_now('%d %b %Y') }}",
             "{% for k, v in args.items() %}{{ k ~ ': ' ~ v|string }}{% endfor %}",
             "{% for m in messages | selectattr('role', 'equalto', 'user') | list %}{% endfor %}",
             "{{ messages | map(attribute='content') | join('\\n') }}{{ x|items|list|length }}",
             "{% macro show(p, required=[], depth=0) %}{{ p|attr }}{% endmacro %}",
             "{{ 'yes' if a else 'no' if b else 'maybe' }}{{ messages[1:] }}{{ x[::-1] }}",
             "{% set x %}text{% endset %}{% generation %}{{ x }}{% endgeneration %}",
             "{% call(item) show(list) %}{{ item }}{% endcall %}{% filter upper %}a{% endfilter %}",
             "{% with a=1, b=a %}{{ a }}{% endwith %}{% for i in range(10) %}{% break %}{% endfor "
             "%}",
             "{{ '{} of {}'.format(a, b) }}{{ '%s' % a }}{{ '%s-%s' | format(a, b) }}",
             "{{ {'role': 'user', 'content': [1, 2.5, true]} | tojson }}{{ (1, 2) }}{{ () }}",
             "{{ a.b.c['d'].e() is string }}{{ x is divisibleby 3 }}{{ x in ['a', 'b'] }}",
             "{{ '<|start|>' + message.role + '\\n' + message.content | trim + '<|end|>' }}",
             "{% for x in a recursive %}{{ loop(x.children) }}{% else %}{% endfor %}",
             "{{ self.title() }}{{ config.size }}{{ request.text }}{{ os }}{{ system.open }}",
             "{{ '__start__' ~ message['__kind__'] }}{{ 'use eval() and os.popen()' }}",
         }) {
        EXPECT_EQ(found(text), "") << text;
    }
}

// A field of data may have any name; what is done with it counts.
TEST(Jinja, WhatRunsCodeIsGraveWhereItIsUsed) {
    struct Graves : RecordingContext {
        void add(Finding finding) override { count += finding.severity == Severity::kCritical; }
        int count = 0;
    };
    const auto graves = [](std::string_view text) {
        Graves context;
        check_template(text, 0, context);
        return context.count;
    };
    EXPECT_EQ(found("{{ tool.function.popen }}"), "ssti.code_exec");
    EXPECT_EQ(graves("{{ tool.function.popen }}"), 0);
    for (const char* text :
         {"{{ x.popen('id') }}", "{{ x['popen']('id') }}", "{{ (x.popen)('id') }}",
          "{% set f = x.popen %}{{ f('id') }}", "{{ (x|attr('popen'))('id') }}", "{{ x.popen.y }}",
          "{{ os.popen }}"}) {
        EXPECT_EQ(graves(text), 1) << text;
    }
}

TEST(Jinja, ProseIsNoCode) {
    EXPECT_EQ(found("Call x.__class__.__mro__ and os.popen('id'), then eval(open('f'))."), "");
    EXPECT_EQ(found("{# x.__class__ #}{% raw %}{{ x.__class__ }}{% endraw %}"), "");
    EXPECT_EQ(found("{{ 'Never use __class__ or __globals__ in your answer.' }}"), "");
    for (const char* text :
         {"{{ '__init__.py' }}", "{{ '__main__' ~ '\\n' }}", "{{ 'a.__class__.__name__' }}",
          "{{ 'in ' + '__init__.py' }}", "{{ '__main__' if a else '__init__' }}"}) {
        EXPECT_EQ(found(text), "") << text;
    }
}

TEST(Jinja, Dunders) {
    for (const char* text : {
             "{{ ().__class__ }}",
             "{{ x['__class__'] }}",
             "{{ x[\"__init__\"] }}",
             "{{ x|map(attribute='a.__class__')|list }}",
             "{{ x|selectattr('__globals__') }}",
             "{{ x|groupby('__class__') }}",
             "{{ x.mro() }}",
             "{{ x.gi_frame.f_back }}",
             "{{ __builtins__ }}",
             "{{ x.__anything }}",
             "{% set a = '__class__' %}",
             "{% if x.__class__ %}{% endif %}",
             "{% for c in x.__subclasses__() %}{% endfor %}",
             "{% set ns.a = x.__class__ %}",
             "{{ '{0.__class__}'.format(x) }}",
             "{% set a = '{0.' ~ '__class__}' %}{{ a.format(x) }}",
             "{{ a[b.__class__:] }}",
             "{{ f(a=x.__class__) }}",
             "{% macro m(a=x.__class__) %}{% endmacro %}",
             "{{ x.\n  __class__ }}",
             "{{ 1 if x.__class__ else 2 }}",
             "{{ x is sameas x.__class__ }}",
             "{%if x.__class__%}",
         }) {
        EXPECT_TRUE(found(text).starts_with("ssti.dunder")) << text << ": " << found(text);
    }
}

TEST(Jinja, LongTextsAreReadToTheirEnd) {
    const std::string prose(10'000, 'x');
    EXPECT_EQ(found("{{ '" + prose + "{0.__class__}'.format(x) }}"), "ssti.dunder");
    EXPECT_EQ(found("{% set a = '" + prose + "' %}{{ m[a ~ '__class__'] }}"), "ssti.dunder");
    EXPECT_EQ(found("{% set a = '" + prose + "' %}{{ a ~ a }}{{ m[a ~ 'b'] }}"), "");
}

TEST(Jinja, ObjectsOfTheRenderer) {
    for (const char* text : {"{{ lipsum.x }}", "{{ cycler['x'] }}", "{{ joiner.x }}",
                             "{{ url_for.x }}", "{{ request.application }}", "{{ self._x }}",
                             "{% set l = lipsum %}{{ l.x }}", "{{ config.from_object }}"}) {
        EXPECT_EQ(found(text), "ssti.global_access") << text;
    }
    for (const char* text :
         {"{{ lipsum[x] }}", "{{ lipsum[x.y()] }}", "{% set l = [lipsum] %}{{ l[0][x] }}",
          "{{ ([lipsum]|map(attribute=x)|first) }}", "{{ self['_a' ~ v] }}", "{{ cycler[x] }}",
          "{% for l in [lipsum] %}{{ l[x] }}{% endfor %}", "{{ [lipsum]|sum(attribute=x) }}"}) {
        EXPECT_EQ(found(text), "ssti.global_access") << text;
    }
    EXPECT_EQ(found("{{ namespace(a=1)[x] }}{{ config[x] }}{{ dict(a=1)[x] }}{{ lipsum(n=x) }}"),
              "");
    EXPECT_EQ(found("{% for request in requests %}{{ request.args }}{% endfor %}"), "");
}

TEST(Jinja, AttrFilter) {
    EXPECT_EQ(found("{{ x|attr(name) }}"), "ssti.attr_filter");
    EXPECT_EQ(found("{{ x|attr('_x') }}"), "ssti.attr_filter");
    EXPECT_EQ(found("{{ x|map('attr', name) }}"), "ssti.attr_filter");
    EXPECT_EQ(found("{{ x|attr('__class__') }}"), "ssti.dunder ssti.attr_filter");
    EXPECT_EQ(found("{{ lipsum|attr('x') }}"), "ssti.attr_filter ssti.global_access");
}

TEST(Jinja, CodeThatRuns) {
    for (const char* text :
         {"{{ os.popen('id').read() }}", "{{ x.os.system('id') }}", "{{ x['os']['environ'] }}",
          "{{ eval('1') }}", "{{ x.eval('1') }}", "{{ exec(a) }}", "{{ open('/etc/passwd') }}",
          "{{ x.subprocess }}", "{{ x['popen']('id') }}", "{{ sys.modules }}",
          "{{ importlib.util }}", "{{ x.importlib }}"}) {
        EXPECT_EQ(found(text), "ssti.code_exec") << text;
    }
    EXPECT_EQ(found("{{ x|attr('popen') }}"), "ssti.attr_filter ssti.code_exec");
    EXPECT_EQ(found("{% macro open(x) %}{% endmacro %}{{ open(1) }}"), "");
}

TEST(Jinja, NamesInDisguise) {
    constexpr std::string_view kEscape = "ssti.dunder obfuscation.escape";
    EXPECT_EQ(found(R"({{ x["\x5f\x5fclass\x5f\x5f"] }})"), kEscape);
    EXPECT_EQ(found(R"({{ x["\u005f_class_\137"] }})"), kEscape);
    EXPECT_EQ(found(R"({{ x["\N{LOW LINE}_class__"] }})"), kEscape);
    EXPECT_EQ(found(R"({{ x["p\x6fpen"] }})"), "ssti.code_exec obfuscation.escape");
    EXPECT_EQ(found(R"({{ "\x3c|im_start|\x3e" }})"), "");
}

TEST(Jinja, NamesInPieces) {
    for (const char* text : {
             "{{ x['__cla' ~ 'ss__'] }}",
             "{{ x['__cla' + 'ss__'] }}",
             "{{ x['__cla' 'ss__'] }}",
             "{{ x[['__cla', 'ss__']|join] }}",
             "{{ x[['__', 'class', '__']|join('')] }}",
             "{{ x[''.join(['__cla', 'ss__'])] }}",
             "{{ x['_'*2 ~ 'class' ~ 2*'_'] }}",
             "{{ x['%s%s' % ('__cla', 'ss__')] }}",
             "{{ x['%sss__'|format('__cla')] }}",
             "{{ x['{}{}'.format('__cla', 'ss__')] }}",
             "{{ x['%c%cclass%c%c' % (95, 95, 95, 95)] }}",
             "{{ x['__ssalc__'[::-1]] }}",
             "{{ x['__ssalc__'|reverse] }}",
             "{{ x['__CLASS__'|lower] }}",
             "{{ x['--class--'.replace('-', '_')] }}",
             "{{ x['  __class__ '.strip()] }}",
             "{{ x['a__class__b'[1:-1]] }}",
             "{{ x[dict(__cla=1, ss__=2)|join] }}",
             "{% set a = '__' %}{{ x[a ~ 'class' ~ a] }}",
             "{% set a = '__' %}{% if false %}{% set a = 'b' %}{% endif %}{{ x[a ~ 'class' ~ a] }}",
             "{{ x[('__cla' if true else 'b') ~ 'ss__'] }}",
             "{{ x[('' or '__cla') ~ 'ss__'] }}",
             "{% with a = '__cla' %}{{ x[a ~ 'ss__'] }}{% endwith %}",
         }) {
        EXPECT_EQ(found(text), "ssti.dunder obfuscation.concat") << text;
    }
    EXPECT_EQ(found("{{ x['__' ~ y ~ '__'] }}"), "obfuscation.concat");
    EXPECT_EQ(found("{{ x|attr('po' ~ 'pen') }}"),
              "ssti.attr_filter ssti.code_exec obfuscation.concat");
    EXPECT_EQ(found("{{ message['tool_' ~ 'calls'] }}{{ message[a ~ '_calls'] }}"), "");
}

TEST(Jinja, NamesThatTextsAreMadeTo) {
    for (const char* text : {
             "{{ x['class'.center(9, '_')] }}",
             "{{ x['__class'.ljust(9, '_')] }}",
             "{{ x['class__'.rjust(9, '_')] }}",
             "{{ x['__CLASS__'.casefold()] }}",
             "{{ x['__CLASS__'.swapcase()] }}",
             "{{ x['X__class__'.removeprefix('X')] }}",
             "{{ x['__class__X'.removesuffix('X')] }}",
             "{{ x['_ _ c l a s s _ _'.split()|join] }}",
             "{{ x['a-__class__-b'.split('-')[1]] }}",
             "{{ x['__cl<b>ass__'|striptags] }}",
             "{{ x['__class__'|list|join] }}",
             "{{ x['{u}{u}class{u}{u}'.format(u='_')] }}",
             "{{ x['{b}{a}'.format(a='ass__', b='__cl')] }}",
             "{{ x['{u}{u}class{u}{u}'.format_map({'u': '_'})] }}",
             "{{ x['%(u)s%(u)sclass%(u)s%(u)s' % {'u': '_'}] }}",
             "{{ x[{'a': '__cl', 'b': 'ass__'}.values()|join] }}",
             "{{ x[['__CL', 'ASS__']|map('lower')|join] }}",
             "{{ x[['ass__', '__cl'][::-1]|join] }}",
             "{{ x['__CL'|lower ~ 'ass__'] }}",
         }) {
        EXPECT_EQ(found(text), "ssti.dunder obfuscation.concat") << text;
    }
    for (const char* text :
         {"{{ x['abc'|wordwrap(7)] }}", "{{ x['abc'.translate(y)] }}",
          "{{ x|map(attribute='abc'.encode().decode()) }}",
          "{{ x[['__cl', 'ass__', 'y']|reject('eq', 'y')|join] }}",
          "{{ x[['__class__x']|string|truncate(9)] }}",
          "{% set a %}{% filter lower %}__CLASS__{% endfilter %}{% endset %}{{ x[a] }}",
          "{% set a | lower %}__CLASS__{% endset %}{{ x[a] }}"}) {
        EXPECT_EQ(found(text), "obfuscation.concat") << text;
    }
    EXPECT_EQ(found("{% call m() %}{{ '_' * 2 }}class{{ '_' * 2 }}{% endcall %}"),
              "ssti.dunder obfuscation.concat");
    EXPECT_EQ(found("{% set a %}{{ '__class__' }}{% endset %}{{ x|map(attribute=a) }}"),
              "ssti.dunder obfuscation.concat");
    EXPECT_EQ(found("{% for k in ['a', 'b_c']|reject('eq', y)|sort %}{{ x[k] }}{% endfor %}"), "");
    EXPECT_EQ(found("{{ x['abc'|title] }}{{ x['abc'|length] }}{{ x['a,b'.split(',')[i]] }}"), "");
    EXPECT_EQ(found("{{ x[y.foo()] }}{{ x[y|foo] }}{{ x[(y or '').foo()] }}"), "");
}

TEST(Jinja, NamesBetweenGaps) {
    for (const char* text : {
             "{{ x[u ~ u ~ 'class' ~ u ~ u] }}",
             "{{ x[u ~ 'glo' ~ v ~ 'als' ~ w] }}",
             "{{ x['_' ~ u ~ 'init_' ~ u] }}",
             "{{ x|map(attribute=u ~ 'subclasses' ~ u) }}",
             "{{ x|map(*['attr', u ~ 'class' ~ u]) }}",
             "{% set n = namespace(u='') %}{% set n.u = n.u ~ '_' %}{{ x[n.u ~ 'class' ~ n.u] }}",
             "{% macro m(u='_') %}{{ x[u ~ u ~ 'class' ~ u ~ u] }}{% endmacro %}",
         }) {
        EXPECT_EQ(found(text), "obfuscation.concat") << text;
    }
    for (const char* text :
         {"{{ x[u ~ 'class'] }}", "{{ x['class' ~ u] }}", "{{ x[u ~ v] }}", "{{ x[u ~ '_' ~ v] }}",
          "{{ x[u ~ 'name' ~ v] }}", "{{ x[u ~ 'cl' ~ v] }}", "{{ u ~ 'class' ~ u }}"}) {
        EXPECT_EQ(found(text), "") << text;
    }
}

TEST(Jinja, NamesOfWhatIsKept) {
    for (const char* text : {
             "{% set d = {'u': '_'} %}{{ x[d.u ~ d['u'] ~ 'class' ~ d.u ~ d.get('u')] }}",
             "{% set n = namespace(u='_') %}{{ x[n.u ~ n.u ~ 'class' ~ n.u ~ n.u] }}",
             "{% set n = namespace() %}{% set n.u = '__cl' %}{{ x[n.u ~ 'ass__'] }}",
             "{% set c = cycler('_') %}{{ x[c.next()*2 ~ 'class' ~ c.current*2] }}",
             "{% set u = loop.cycle('_') %}{{ x[u ~ u ~ 'class' ~ u ~ u] }}",
             "{% for u in '_' %}{{ x[u ~ u ~ 'class' ~ u ~ u] }}{% endfor %}",
             "{% for a, b in [('__cl', 'ass__')] %}{{ x[a ~ b] }}{% endfor %}",
             "{% for a, b in {'__cl': 'ass__'}.items() %}{{ x[a ~ b] }}{% endfor %}",
         }) {
        EXPECT_NE(found(text), "") << text;
    }
    EXPECT_EQ(found("{% set d = {'user': 'u_x'} %}{{ x[d[y]] }}{{ x[d.user] }}{{ x[d.get(y)] }}"),
              "");
    EXPECT_EQ(found("{% set n = namespace(a='', b=0) %}{% set n.a = n.a ~ 'x_' %}{{ x[n.a] }}"),
              "");
}

TEST(Jinja, OtherTemplates) {
    for (const char* text : {"{% include 'a' %}", "{% import 'a' as b %}", "{% extends a %}",
                             "{% from 'a' import b, c as d %}", "{%- include '/etc/passwd' -%}"}) {
        EXPECT_EQ(found(text), "include") << text;
    }
}

TEST(Jinja, WhatNeverEnds) {
    for (const char* text :
         {"{% for i in range(1000000) %}{% endfor %}", "{{ 'a' * 100000000 }}",
          "{{ range(0, 99999999) }}", "{{ 10 ** 10000000 }}", "{{ 99999999 * 'a' }}",
          "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
          "{{ [1] * 10000000 }}", "{{ 'a' * 9e99999 }}"}) {
        EXPECT_EQ(found(text), "dos.range") << text;
    }
    EXPECT_EQ(found("{% for i in range(9999) %}{% endfor %}{% for i in range(9999) %}{% endfor %}"),
              "");
}

TEST(Jinja, SizeAndDepth) {
    EXPECT_EQ(found(std::string(300'000, ' ')), "dos.size");
    auto nested = [](const std::string& open, size_t depth, const std::string& close) {
        std::string text = "{{ ";
        for (size_t i = 0; i < depth; i++) text += open;
        text += "a";
        for (size_t i = 0; i < depth; i++) text += close;
        return text + " }}";
    };
    EXPECT_EQ(found(nested("(", 50, ")")), "");
    EXPECT_EQ(found(nested("(", 10'000, ")")), "dos.nesting unparsable");
    EXPECT_EQ(found(nested("[", 10'000, "]")), "dos.nesting unparsable");
    EXPECT_EQ(found(nested("not ", 10'000, "")), "dos.nesting unparsable");
    EXPECT_EQ(found(nested("-", 10'000, "")), "dos.nesting unparsable");
    EXPECT_EQ(found(nested("a is in ", 10'000, "")), "");
    EXPECT_EQ(found(nested("a.b ", 10'000, "")), "unparsable");
    EXPECT_EQ(found(nested("a + ", 10'000, "")), "");
    EXPECT_EQ(found(nested("a if b else ", 10'000, "")), "");
    std::string blocks;
    for (size_t i = 0; i < 100; i++) blocks += "{% if a %}";
    EXPECT_EQ(found(blocks), "dos.nesting");
}

TEST(Jinja, WhatDoesNotParseIsLookedAtAllTheSame) {
    EXPECT_EQ(found("{{ a b }}"), "unparsable");
    EXPECT_EQ(found("{{ a ! b.__class__ }}"), "unparsable ssti.dunder");
    EXPECT_EQ(found("{% unknown x['__class__'] %}"), "unparsable ssti.dunder");
    EXPECT_EQ(found("{{ ) os.popen('id') }}"), "unparsable ssti.code_exec");
    EXPECT_EQ(found("{{ ) eval('id') }}"), "unparsable ssti.code_exec");
    EXPECT_EQ(found("{{ x.__class__"), "ssti.dunder unparsable");
    EXPECT_EQ(found("{{ }}{{ x.__class__ }}"), "unparsable ssti.dunder");
}

TEST(Jinja, DetailsNameTheLine) {
    RecordingContext context(4096);
    check_template("a\nb\n  {{ x\n.__class__ }}{{ y.mro }}", 100, context);
    ASSERT_EQ(context.findings.size(), 2U);
    EXPECT_EQ(context.findings[0], "jinja.ssti.dunder 112 0 line 4: __class__");
    EXPECT_EQ(context.findings[1], "jinja.ssti.dunder 129 0 line 4: mro");
    RecordingContext elsewhere(4096);
    check_template("\n{{ x.mro }}", 100, elsewhere, false);
    EXPECT_EQ(elsewhere.findings[0], "jinja.ssti.dunder 100 0 line 2: mro");
}

TEST(Jinja, AnyTextEnds) {
    constexpr std::string_view kPieces[] = {
        "{{",    "}}",        "{%",    "%}",      "{#",     "#}",      "'",      "\"",
        "\\x",   "__class__", "(",     ")",       "[",      "]",       "{",      "}",
        "|",     "~",         "+",     "*",       "**",     "9",       "99999",  ".",
        ",",     ":",         "=",     " if ",    " else ", " for ",   " in ",   " set ",
        "a",     " is ",      " not ", "'a'",     "|join",  "|format", "[::-1]", "\n",
        " raw ", "-",         "%",     " macro ", " with ", "1e300"};
    for (uint64_t seed : seeds(400)) {
        SCOPED_TRACE(seed_text(seed));
        Dice dice(seed);
        std::string text = "{{";
        for (uint64_t i = 0, n = dice.below(200); i < n; i++) {
            text += kPieces[dice.size_below(std::size(kPieces))];
        }
        EXPECT_EQ(found(text), found(text));
    }
}

}  // namespace
}  // namespace assay
