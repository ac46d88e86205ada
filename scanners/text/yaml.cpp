// YAML: settings, and what is made of them.
//
// Three kinds matter. MLmodel, beside every model of MLflow, says which module loads it. The
// model_config.yaml of a .nemo archive, like every configuration for Hydra, names classes and
// functions under "_target_" that are imported and called. And any YAML may have tags of Python's
// ("!!python/object/apply:os.system"), which yaml.load(Loader=Loader) obeys. The hyperparams.yaml
// of SpeechBrain's models has short ones for the same ("!new:torch.nn.Linear", "!apply:os.system").
//
// How it is bent besides: anchors whose aliases hold aliases, which a few lines make into billions
// of values; tags spelled with %XX, in long form or behind a %TAG directive; lines that end where
// editors show no end; names in blocks of text, behind aliases, or in JSON, which is YAML, too; a
// harmless package whose module happens to have imported a dangerous one
// ("nemo.utils.x.os.system").
#include <fmt/format.h>

#include <algorithm>

#include "formats.h"
#include "kinds.h"
#include "pickle/names.h"
#include "requirement.h"
#include "yaml_in_json.h"
#include "yaml_reader.h"

namespace assay {

namespace yaml {

namespace {

constexpr Rule kRules[] = {
    {"yaml.python_tag", Severity::kCritical, "a value asks for a Python object",
     "yaml.load with its full or unsafe loader imports what the tag names, and calls it.",
     "Do not load it; settings are plain values.", "CWE-502"},
    {"yaml.object_tag", Severity::kCritical, "a value is made by what its tag names",
     "SpeechBrain reads its settings with HyperPyYAML, which imports what stands behind !new:, "
     "!name:, !apply: or !module:, and calls it with the values below.",
     "Do not load the model before you know what the tag names.", "CWE-502 CWE-94"},
    {"yaml.alias_bomb", Severity::kHigh, "a few lines stand for a very large number of values",
     "Who replaces aliases by what they stand for, as copying and printing do, runs out of memory.",
     "Distrust the file.", "CWE-776"},
    {"nemo.hydra.target_dangerous", Severity::kCritical,
     "the configuration calls something that runs code or reaches files",
     "hydra.utils.instantiate imports what \"_target_\" names and calls it with the values beside "
     "it; NeMo does so for every part of a model.",
     "Do not load the model.", "CWE-94 CVE-2025-23304"},
    {"nemo.hydra.target_unknown", Severity::kHigh,
     "the configuration calls something of a package that models do not need",
     "hydra.utils.instantiate imports what \"_target_\" names and calls it with the values beside "
     "it.",
     "Find out what the package does before you load the model.", "CWE-94"},
    {"mlflow.loader_module.unknown", Severity::kCritical,
     "the model is loaded by a module that is not MLflow's",
     "mlflow.pyfunc.load_model imports that module, from the model's own folder if it is there, "
     "and calls it.",
     "Read that module before you load the model.", "CWE-94 CVE-2024-37052"},
    {"mlflow.code_path", Severity::kHigh, "the model brings Python code along",
     "The folder becomes a place to import from, before the installed packages, or the file is "
     "run.",
     "Read the code before you load the model.", "CWE-94 CWE-427"},
    {"mlflow.cloudpickle", Severity::kCritical, "the model is a pickled Python object",
     "A model of the kind python_function holds its class and all that it does as a pickle, "
     "possibly compressed, which is run when it is loaded.",
     "Load it only from people whom you would let run code.", "CWE-502 CVE-2024-37054"},
    {"mlflow.path.traversal", Severity::kHigh, "the model names a file outside of its folder",
     "Loading the model reads that file as a part of it.", "Do not load the model.", "CWE-22"},
};

consteval const Rule& rule(std::string_view id) {
    for (const Rule& known : kRules) {
        if (known.id == id) return known;
    }
    throw "no such rule";  // does not compile
}

constexpr size_t kMostHeld = 1000;
constexpr size_t kLongestShown = 200;
constexpr uint64_t kBomb = 1'000'000;  // values, and so many times what is written
constexpr uint64_t kBombRatio = 100;

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

template <class Names>
bool begins_with_one_of(std::string_view name, const Names& names) {
    return std::any_of(std::begin(names), std::end(names),
                       [&](std::string_view known) { return name.starts_with(known); });
}

// ------------------------------------------------------------------------------------------------
// Names

// Packages that models of NeMo are made of.
constexpr std::string_view kExpected[] = {"nemo.",        "pytorch_lightning.",
                                          "lightning.",   "torch.optim.",
                                          "torch.nn.",    "torch.utils.",
                                          "omegaconf.",   "transformers.",
                                          "hydra.",       "megatron.",
                                          "apex.",        "numpy.",
                                          "dataclasses.", "nemo_text_processing."};
// And those of SpeechBrain.
constexpr std::string_view kOfSpeech[] = {"speechbrain.",   "torch.",       "torchaudio.",
                                          "sentencepiece.", "collections.", "asteroid."};
// Parts of them that build, fetch or unpack.
constexpr std::string_view kNotExpected[] = {"torch.utils.cpp_extension",
                                             "torch.utils.model_zoo",
                                             "torch.utils._",
                                             "numpy.f2py",
                                             "numpy.distutils",
                                             "numpy.testing",
                                             "numpy.load",
                                             "numpy.lib",
                                             "numpy.fromfile",
                                             "numpy.ctypeslib",
                                             "hydra._internal",
                                             "nemo.utils.model_utils",
                                             "transformers.dynamic_module_utils",
                                             "pytorch_lightning.utilities.cloud_io",
                                             "lightning.pytorch.utilities.cloud_io",
                                             "lightning.fabric.utilities.cloud_io",
                                             "hydra.utils.get_",
                                             "hydra.core.plugins",
                                             "hydra.main",
                                             "hydra.compose",
                                             "hydra.initialize",
                                             "omegaconf.OmegaConf.load",
                                             "omegaconf.OmegaConf.save",
                                             "numpy.core.records.from",
                                             "numpy.rec.from",
                                             "numpy.ma.core._",
                                             "nemo.lightning.io.load",
                                             "nemo.core.config.hydra_runner",
                                             "nemo.core.classes.common.Serialization.from_config_",
                                             "megatron.core.dist_checkpointing.load",
                                             "pytorch_lightning.core.saving",
                                             "lightning.pytorch.core.saving",
                                             "lightning.pytorch.cli",
                                             "lightning.app.",
                                             "transformers.pipeline",
                                             "transformers.pipelines.",
                                             "transformers.file_utils.",
                                             "transformers.utils.hub.",
                                             "transformers.load_tool",
                                             "transformers.tools.",
                                             "transformers.modeling_utils.load_state_dict",
                                             "nemo.utils.cloud.",
                                             "hydra.core.utils.run_job",
                                             "omegaconf.OmegaConf.register_",
                                             "omegaconf.omegaconf.OmegaConf.register_",
                                             "speechbrain.utils.superpowers",
                                             "speechbrain.utils.importutils",
                                             "speechbrain.utils.data_utils.download_",
                                             "speechbrain.dataio.dataio.load_pickle",
                                             "speechbrain.dataio.dataio.load_pkl",
                                             "speechbrain.dataio.dataio.save_pkl",
                                             "omegaconf.OmegaConf.clear_resolver"};
// Wherever they are found: they unpickle, import, fetch, or write a file.
constexpr std::string_view kNoNames[] = {
    "load_from_checkpoint", "restore_from", "load_checkpoint",          "save_checkpoint",
    "import_class_by_path", "tofile",       "maybe_download_from_cloud"};
// Of the standard library, where all else is dangerous: they look at dataclasses, or fill them in.
// A factory that is handed to one of them has a target of its own.
constexpr std::string_view kHarmless[] = {"dataclasses.field",   "dataclasses.fields",
                                          "dataclasses.asdict",  "dataclasses.astuple",
                                          "dataclasses.replace", "dataclasses.is_dataclass"};
constexpr std::string_view kDangerous[] = {
    "os.",        "posix.",     "nt.",      "subprocess.", "importlib.",   "pickle.",
    "ctypes.",    "pty.",       "code.",    "webbrowser.", "shutil.",      "runpy.",
    "socket.",    "marshal.",   "cffi.",    "sys.",        "builtins.",    "operator.",
    "functools.", "types.",     "joblib.",  "dill.",       "cloudpickle.", "pandas.read_pickle",
    "torch.load", "torch.hub.", "tempfile."};

// Modules that others have imported can be reached through them.
constexpr std::string_view kThrough[] = {
    "os",     "sys",         "subprocess", "builtins", "importlib", "pickle",
    "shutil", "ctypes",      "socket",     "posix",    "marshal",   "runpy",
    "pty",    "cloudpickle", "dill",       "joblib",   "urllib",    "requests"};

// Packages that modules of others have imported. Some are names of modules, too.
constexpr std::string_view kPackages[] = {
    "torch",     "numpy",  "transformers", "nemo",       "lightning", "pytorch_lightning",
    "omegaconf", "hydra",  "megatron",     "tensorflow", "scipy",     "pandas",
    "yaml",      "fsspec", "h5py",         "torchaudio", "apex",      "huggingface_hub",
    "joblib",    "numba",  "torchvision"};

bool leads_through(std::string_view target) {
    for (size_t from = 0; from < target.size();) {
        const size_t to = std::min(target.find('.', from), target.size());
        const std::string_view part = target.substr(from, to - from);
        if (is_one_of(part, kThrough) || part.starts_with("__")) return true;
        from = to + 1;
    }
    return false;
}

// Names with dots between them.
bool is_dotted(std::string_view text) {
    const bool plain = text.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") ==
                       std::string_view::npos;
    return plain && text.find('.') != std::string_view::npos;
}

// OmegaConf makes a part of the configuration of what such a text resolves to ("${oc.create:…}").
bool makes_target(std::string_view text) {
    const size_t opens = text.find("${");
    return opens != std::string_view::npos && text.find("_target_", opens) != text.npos &&
           text.find("oc.", opens) != text.npos;
}

bool is_dangerous_itself(std::string_view target) {
    if (is_one_of(target, kHarmless)) return false;
    if (begins_with_one_of(target, kNotExpected) || begins_with_one_of(target, kDangerous)) {
        return true;
    }
    const size_t dot = target.rfind('.');
    if (dot == std::string_view::npos) return false;
    if (is_one_of(target.substr(dot + 1), kNoNames)) return true;
    const auto verdict = pickle::judge(target.substr(0, dot), target.substr(dot + 1), false);
    if (verdict.tier != pickle::Tier::kDangerous) return false;
    // Configurations do name what trains on many machines, and parts of it that a pickle must not.
    using pickle::Capability;
    return verdict.standard || (verdict.capability != Capability::kNetwork &&
                                verdict.capability != Capability::kIntrospection);
}

// As it stands, and from each package on that it leads to on its way.
bool is_dangerous(std::string_view target) {
    if (leads_through(target) || is_dangerous_itself(target)) return true;
    for (size_t dot = target.find('.'); dot != target.npos; dot = target.find('.', dot + 1)) {
        const std::string_view rest = target.substr(dot + 1);
        if (!is_one_of(rest.substr(0, rest.find('.')), kPackages)) continue;
        if (is_dangerous_itself(rest)) return true;
    }
    return false;
}

// Values that any loader may make.
bool is_plain_tag(std::string_view name) {
    constexpr std::string_view kPlain[] = {"tuple", "list",  "dict", "str",  "unicode", "int",
                                           "long",  "float", "bool", "none", "complex", "bytes"};
    return is_one_of(name, kPlain);
}

// Leads out of the folder.
bool leaves_folder(std::string_view path) {
    if (path.starts_with('/') || path.starts_with('\\') || path.starts_with('~')) return true;
    if (path.size() > 1 && path[1] == ':') return true;
    for (size_t from = 0; from <= path.size();) {
        const size_t to = std::min(path.find_first_of("/\\", from), path.size());
        if (path.substr(from, to - from) == "..") return true;
        from = to + 1;
    }
    return false;
}

// ------------------------------------------------------------------------------------------------
// Checks

class Checks final : public Sink {
  public:
    explicit Checks(ScanContext& context) : context_(context) {}

    void value(const Path& path, std::string_view text, uint64_t offset) override;
    void key(const Path& path, uint64_t offset) override;
    void tag(std::string_view tag, uint64_t offset) override;
    void directive(std::string_view line, uint64_t offset) override;
    void end();
    void end(const Reader& reader);

  private:
    // What depends on what the document turns out to be.
    enum class Of : uint8_t { kMlflow, kNemo, kConda };
    struct Held {
        const Rule* rule;
        Of of;
        uint64_t offset;
        std::string detail;
    };

    void target(std::string_view target, uint64_t offset);
    void object_tag(std::string_view tag, uint64_t offset);
    void mlflow(const Path& path, std::string_view text, uint64_t offset);
    void environment(const Path& path, std::string_view text, uint64_t offset);
    void requirement(std::string_view text, uint64_t offset);
    void hold(const Rule& rule, Of of, uint64_t offset, std::string detail) {
        if (held_.size() < kMostHeld) held_.push_back({&rule, of, offset, std::move(detail)});
    }
    [[nodiscard]] bool is_nemo() const {
        return nemo_ || context_.path().ends_with("model_config.yaml");
    }

    ScanContext& context_;
    std::string loader_;
    bool mlflow_ = false;
    bool nemo_ = false;
    bool conda_ = false;
    std::optional<uint64_t> trusts_;  // code from elsewhere
    std::vector<Held> held_;
};

void Checks::key(const Path& path, uint64_t) {
    if (path.size() != 1) return;
    mlflow_ = mlflow_ || path[0] == "flavors";
    nemo_ = nemo_ || path[0] == "nemo_version";
    conda_ = conda_ || path[0] == "dependencies" || path[0] == "build_dependencies";
}

void Checks::value(const Path& path, std::string_view text, uint64_t offset) {
    if (path.size() == 0) return;
    if (path.back() == "_target_") target(text, offset);
    if (path.back() == "trust_remote_code" && (text == "true" || text == "True")) {
        trusts_ = offset;
    }
    if (makes_target(text)) {
        context_.report(rule("nemo.hydra.target_dangerous"), offset, text.size(), text);
    }
    if (path.size() == 1 && path.back() == "target") {
        nemo_ = nemo_ || text.starts_with("nemo.");
        target(text, offset);
    }
    // Programs for latent diffusion call it wherever it stands. Elsewhere it may be anything.
    if (path.size() > 1 && path.back() == "target" && is_dotted(text) && leads_through(text)) {
        context_.report(rule("nemo.hydra.target_dangerous"), offset, text.size(), text);
    }
    // Behind an alias it may stand anywhere.
    if (path.back() == "loader_module" || (path[0] == "flavors" && path.size() > 2)) {
        mlflow(path, text, offset);
    }
    // An example of what goes in is read when the model is loaded or logged again.
    const bool example = path[0] == "saved_input_example_info" && path.size() > 1;
    if (example && leaves_folder(text)) {
        hold(rule("mlflow.path.traversal"), Of::kMlflow, offset, std::string(text));
    }
    environment(path, text, offset);
}

// conda.yaml and python_env.yaml, by which the model's environment is built.
void Checks::environment(const Path& path, std::string_view text, uint64_t offset) {
    const bool list = path[0] == "dependencies" || path[0] == "build_dependencies";
    if (list && (path.size() == 1 || path.back() == "pip")) requirement(text, offset);
    constexpr std::string_view kChannels[] = {"defaults", "nodefaults",  "main",    "r",
                                              "anaconda", "conda-forge", "pytorch", "nvidia",
                                              "bioconda", "msys2",       "intel",   "huggingface"};
    if (path[0] != "channels" || path.size() != 1 || is_one_of(text, kChannels)) return;
    hold(pip::kAddress, Of::kConda, offset, "channel " + pip::without_secrets(text));
}

void Checks::target(std::string_view target, uint64_t offset) {
    if (is_dangerous(target)) {
        context_.report(rule("nemo.hydra.target_dangerous"), offset, target.size(), target);
    } else if (target.find("${") != std::string_view::npos ||
               (!begins_with_one_of(target, kExpected) &&
                target.find('.') != std::string_view::npos)) {
        hold(rule("nemo.hydra.target_unknown"), Of::kNemo, offset, std::string(target));
    }
}

void Checks::mlflow(const Path& path, std::string_view text, uint64_t offset) {
    constexpr std::string_view kNone[] = {"", "null", "~", "Null", "NULL"};
    constexpr std::string_view kPaths[] = {
        "data",       "code",        "path",  "model_path", "pickled_model", "python_model",
        "model_data", "config_path", "conda", "virtualenv", "keras_model",   "model_code_path"};
    const std::string_view name = path.back();
    if (is_one_of(text, kNone)) return;
    if (name == "loader_module") loader_ = text.substr(0, kLongestShown);
    if (name == "loader_module" && !text.starts_with("mlflow.")) {
        hold(rule("mlflow.loader_module.unknown"), Of::kMlflow, offset, std::string(text));
    }
    const bool keras = text.starts_with("keras") || text.starts_with("tf_keras") ||
                       text.starts_with("tensorflow.") || text.starts_with("tf.keras");
    if (name == "keras_module" && !keras) {
        hold(rule("mlflow.loader_module.unknown"), Of::kMlflow, offset, std::string(text));
    }
    if (name == "code" || name == "model_code_path") {
        hold(rule("mlflow.code_path"), Of::kMlflow, offset, std::string(text));
    }
    if (name == "python_model" && path.size() > 1 && path[1] == "python_function") {
        hold(rule("mlflow.cloudpickle"), Of::kMlflow, offset, std::string(text));
    }
    if (is_one_of(name, kPaths) && leaves_folder(text)) {
        hold(rule("mlflow.path.traversal"), Of::kMlflow, offset, std::string(text));
    }
}

void Checks::requirement(std::string_view text, uint64_t offset) {
    if (!pip::names_address(text)) return;
    hold(pip::kAddress, Of::kConda, offset, pip::without_secrets(text));
}

// As HyperPyYAML has them, as they are or in the long form.
void Checks::object_tag(std::string_view tag, uint64_t offset) {
    constexpr std::string_view kMakes[] = {"!new:", "!name:", "!apply:", "!module:"};
    constexpr std::string_view kIncludes = "!include:";
    if (tag.starts_with("!<") && tag.ends_with('>')) tag = tag.substr(2, tag.size() - 3);
    const std::string_view name = tag.substr(std::min(tag.find(':'), tag.size() - 1) + 1);
    const bool made = begins_with_one_of(tag, kMakes);
    const bool leads_out = tag.starts_with(kIncludes) && leaves_folder(name);
    if (leads_out || (made && is_dangerous(name))) {
        context_.report(rule("yaml.object_tag"), offset, tag.size(), tag);
    } else if (made && !begins_with_one_of(name, kOfSpeech) &&
               !begins_with_one_of(name, kExpected)) {
        context_.report(rule("yaml.object_tag"), offset, tag.size(), tag, Severity::kMedium);
    }
}

void Checks::tag(std::string_view tag, uint64_t offset) {
    if (!tag.empty()) object_tag(tag, offset);
    constexpr std::string_view kPython = "python/";
    // Behind "!!", a handle that a directive made, or in the long form.
    const size_t place = tag.find(kPython);
    if (place == std::string_view::npos || place == 0) return;
    if (tag[place - 1] != '!' && tag[place - 1] != ':') return;
    std::string_view name = tag.substr(place + kPython.size());
    if (name.ends_with('>')) name.remove_suffix(1);
    context_.report(rule("yaml.python_tag"), offset, tag.size(), tag,
                    is_plain_tag(name) ? std::optional(Severity::kLow) : std::nullopt);
}

// A short name for Python's tags, or for the beginning of one.
void Checks::directive(std::string_view line, uint64_t offset) {
    constexpr std::string_view kCommon = "yaml.org,2002:";
    const size_t place = line.find(kCommon);
    if (!line.starts_with("%TAG")) return;
    // "%TAG !e! !apply:" makes "!e!os.system" of it.
    const size_t prefix = line.find_last_of(" \t") + 1;
    if (line.substr(prefix).starts_with('!') && prefix + 1 < line.size()) {
        return context_.report(rule("yaml.object_tag"), offset, line.size(), line);
    }
    if (place == std::string_view::npos) return;
    std::string_view rest = line.substr(place + kCommon.size());
    while (rest.ends_with(' ') || rest.ends_with('\t')) rest.remove_suffix(1);
    if (!rest.empty()) context_.report(rule("yaml.python_tag"), offset, line.size(), line);
}

void Checks::end(const Reader& reader) {
    end();
    if (reader.expanded() > kBomb && reader.expanded() / kBombRatio > reader.written()) {
        context_.report(rule("yaml.alias_bomb"), 0, 0,
                        fmt::format("{} values of {}", reader.expanded(), reader.written()));
    }
    if (reader.confused()) context_.incomplete(Coverage::kUnsupported, reader.confused());
}

void Checks::end() {
    for (const Held& held : held_) {
        std::optional<Severity> severity;
        if (held.of == Of::kMlflow && !mlflow_) continue;
        if (held.of == Of::kConda && !conda_) continue;
        // Of somebody's own program, which calls it on purpose.
        if (held.of == Of::kNemo && !is_nemo()) severity = Severity::kLow;
        context_.report(*held.rule, held.offset, 0, held.detail, severity);
    }
    if (trusts_ && is_nemo()) {
        context_.report(rule("nemo.hydra.target_dangerous"), *trusts_, 0, "trust_remote_code");
    }
    if (!mlflow_) return;
    context_.refine("mlflow");
    if (!loader_.empty()) context_.property("loader_module", loader_);
}

// The same document as JSON.
class InJson final : public JsonVisitor {
  public:
    explicit InJson(ScanContext& context)
        : checks_(context), nemo_(context.path().ends_with("model_config.yaml")) {}
    [[nodiscard]] uint32_t deepest() const override { return 64; }

    bool token(const json::Token& token) override {
        if (token.depth == 0 || open_.size() > token.depth) open_.resize(token.depth);
        if (token.kind == json::Kind::kKey) {
            open_.resize(token.depth - 1);
            open_.push_back({token.depth, std::string(token.text.substr(0, kLongestKey))});
            checks_.key({open_, none_}, token.offset);
        } else if (token.kind == json::Kind::kString && !open_.empty()) {
            // Elsewhere a target is anything.
            const bool plain = open_.size() == 1 && open_[0].key == "target";
            if (nemo_ || !plain) checks_.value({open_, none_}, token.text, token.offset);
        }
        return true;
    }

    Status end(bool) override {
        checks_.end();
        return Done{};
    }

  private:
    static constexpr size_t kLongestKey = 64;

    Checks checks_;
    const bool nemo_;
    std::vector<Path::Open> open_;
    const std::vector<std::string> none_;
};

// ------------------------------------------------------------------------------------------------
// The format

bool has_line(std::string_view text, std::string_view beginning) {
    if (text.starts_with(beginning)) return true;
    for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        if (text.substr(at + 1).starts_with(beginning)) return true;
    }
    return false;
}

bool is_utf16(Bytes head) { return starts_with(head, "\xff\xfe") || starts_with(head, "\xfe\xff"); }

// Without a name that says so, only what a loader would act on.
bool is_yaml(const Probe& probe) {
    const std::string_view head = as_text(probe.head);
    if (probe.promised) {
        const std::string_view kind = kind_of(probe).name;
        return kind == "text" || kind == "json" || is_utf16(probe.head);
    }
    return has_line(head, "flavors:") &&
           (has_line(head, "artifact_path:") || has_line(head, "mlflow_version:") ||
            has_line(head, "utc_time_created:") || has_line(head, "  python_function:")) &&
           kind_of(probe).name == "text";
}

Status scan_yaml(Tape& tape, ScanContext& context) {
    Result<Bytes> head = tape.peek(2);
    if (!head) return head.error();
    if (is_utf16(*head)) {
        context.incomplete(Coverage::kUnsupported, "the document is UTF-16");
        return Done{};
    }
    Checks checks(context);
    Reader reader(checks);
    Status read = read_lines(tape, context, reader);
    if (!read) return read;
    context.parsed(tape.offset());
    checks.end(reader);
    return Done{};
}

constexpr std::string_view kExtensions[] = {"yaml", "yml", kNameOfMlmodel};

}  // namespace

}  // namespace yaml

const JsonKind kYamlInJson{
    "yaml",
    [](ScanContext& context) -> std::unique_ptr<JsonVisitor> {
        return std::make_unique<yaml::InJson>(context);
    },
};

const Format kYamlFormat{
    "yaml", false, 0, yaml::kExtensions, yaml::kRules, yaml::is_yaml, yaml::scan_yaml,
};

}  // namespace assay
