// Content decides what a file is; its name is only an expectation to compare with. The table below
// is a list of first bytes and, where first bytes are weak (safetensors has no magic number at all,
// a pickle may start with almost anything), of a little more. It is ordered: the first match wins.
//
// Attackers rename, so a kind that can be loaded is never called inert on the strength of its name,
// and a file that merely looks like text is text: its bytes were hashed, nothing executes them.

#include "kinds.h"

#include <algorithm>
#include <array>

#include "archive/lz4_legacy.h"
#include "archive/tar_header.h"
#include "archive/zip_records.h"
#include "assay/bytes.h"
#include "pickle/probe.h"
#include "tensor/safetensors.h"
#include "text/json_rules.h"

namespace assay {

namespace {

// Most of a hundred magics differ in their first byte, and every small file is held to all of them.
bool begins(const Probe& probe, std::string_view magic) {
    return !probe.head.empty() && probe.head[0] == static_cast<uint8_t>(magic[0]) &&
           starts_with(probe.head, magic);
}

template <size_t N>
constexpr std::string_view raw(const char (&text)[N]) {
    return {text, N - 1};
}

bool is_elf(const Probe& probe) {
    return begins(probe,
                  "\x7f"
                  "ELF");
}

// "MZ" alone is two letters; the pointer at 0x3c must lead to "PE\0\0".
bool is_pe(const Probe& probe) {
    if (!begins(probe, "MZ") || probe.head.size() < 0x40) return false;
    uint32_t header = load_le<uint32_t>(probe.head.data() + 0x3c);
    if (header > probe.head.size() - 4) return false;
    return starts_with(probe.head.subspan(header), raw("PE\0\0"));
}

// A fat Mach-O shares its magic with Java classes; those have a version above 44 where the Mach-O
// has its small number of architectures.
bool is_macho(const Probe& probe) {
    if (probe.head.size() < 8) return false;
    uint32_t magic = load_be<uint32_t>(probe.head.data());
    uint32_t next = load_be<uint32_t>(probe.head.data() + 4);
    if (magic == 0xcafebabe || magic == 0xcafebabf) return next > 0 && next < 45;
    return magic == 0xfeedface || magic == 0xfeedfacf || magic == 0xcefaedfe || magic == 0xcffaedfe;
}

bool is_script(const Probe& probe) {
    if (!begins(probe, "#!")) return false;
    Bytes line = probe.head.subspan(2, std::min<size_t>(probe.head.size() - 2, 126));
    size_t first = 0;
    while (first < line.size() && (line[first] == ' ' || line[first] == '\t')) first++;
    return first < line.size() && line[first] == '/';
}

bool is_zip(const Probe& probe) {
    return begins(probe, "PK\x03\x04") || begins(probe, raw("PK\x05\x06"));
}
bool is_gzip(const Probe& probe) { return begins(probe, "\x1f\x8b\x08"); }
// The other magic is that of a frame to be skipped.
bool is_zstd(const Probe& probe) {
    return begins(probe, "\x28\xb5\x2f\xfd") ||
           (!probe.head.empty() && probe.head[0] >> 4 == 5 &&
            starts_with(probe.head.subspan(1), "\x2a\x4d\x18"));
}
bool is_xz(const Probe& probe) {
    return begins(probe, raw("\xfd"
                             "7zXZ\0"));
}
bool is_bzip2(const Probe& probe) {
    return begins(probe, "BZh") && probe.head.size() > 9 && probe.head[3] >= '1' &&
           probe.head[3] <= '9' &&
           (starts_with(probe.head.subspan(4), "1AY&SY") ||
            starts_with(probe.head.subspan(4), "\x17\x72\x45\x38\x50\x90"));  // no block at all
}
bool is_lz4(const Probe& probe) { return begins(probe, "\x04\x22\x4d\x18"); }
bool is_7z(const Probe& probe) { return begins(probe, "7z\xbc\xaf\x27\x1c"); }
bool is_rar(const Probe& probe) { return begins(probe, "Rar!\x1a\x07"); }
bool is_xar(const Probe& probe) { return begins(probe, "xar!"); }
// compress(1): two bytes are little, but the third has two bits that are zero and a small number.
bool is_lzw(const Probe& probe) {
    if (!begins(probe, "\x1f\x9d") || probe.head.size() < 4 || (probe.head[2] & 0x60)) return false;
    const int bits = probe.head[2] & 0x1f;
    return bits >= 9 && bits <= 16;
}
bool is_lzip(const Probe& probe) { return begins(probe, "LZIP"); }
bool is_lzop(const Probe& probe) { return begins(probe, raw("\x89LZO\0\r\n\x1a\n")); }
bool is_lrzip(const Probe& probe) { return begins(probe, "LRZI"); }
bool is_rpm(const Probe& probe) { return begins(probe, "\xed\xab\xee\xdb"); }
bool is_squashfs(const Probe& probe) { return begins(probe, "hsqs") || begins(probe, "sqsh"); }
bool is_lz4_legacy(const Probe& probe) { return begins(probe, kLz4LegacyMagic); }
// Before its format was settled, with one number each.
bool is_early_zstd(const Probe& probe) {
    if (probe.head.size() < 4 || !starts_with(probe.head.subspan(1), "\xb5\x2f\xfd")) return false;
    return probe.head[0] == 0x1e || (probe.head[0] >= 0x22 && probe.head[0] <= 0x27);
}
// gzip unpacks both.
bool is_pack(const Probe& probe) { return begins(probe, "\x1f\x1e") || begins(probe, "\x1f\xa0"); }
bool is_zoo(const Probe& probe) {
    const bool named = begins(probe, "ZOO ") && probe.head.size() > 17 && probe.head[17] == 0x1a;
    return named ||
           (probe.head.size() >= 24 && starts_with(probe.head.subspan(20), "\xdc\xa7\xc4\xfd"));
}
// Two bytes, the size of the header, and that of its first part.
bool is_arj(const Probe& probe) {
    if (!begins(probe, "\x60\xea") || probe.head.size() < 34) return false;
    const size_t header = load_le<uint16_t>(probe.head.data() + 2);
    return header >= 30 && header <= 2600 && probe.head[4] >= 30 && probe.head[4] <= header;
}
bool is_ace(const Probe& probe) {
    return probe.head.size() >= 14 && starts_with(probe.head.subspan(7), "**ACE**");
}
bool is_zpaq(const Probe& probe) { return begins(probe, "zPQ") || begins(probe, "7kSt\xa0"); }
bool is_kgb(const Probe& probe) { return begins(probe, "KGB_arch"); }
bool is_grzip(const Probe& probe) { return begins(probe, raw("GRZipII\0")); }
bool is_framed_snappy(const Probe& probe) { return begins(probe, raw("\xff\x06\0\0sNaPpY")); }
// The superblock stands behind a kilobyte of zeros; where something boots, its numbers must fit.
bool is_ext(const Probe& probe) {
    constexpr size_t kSuperblock = 1024;
    if (probe.head.size() < 2 * kSuperblock) return false;
    Bytes super = probe.head.subspan(kSuperblock, kSuperblock);
    if (!starts_with(super.subspan(0x38), "\x53\xef")) return false;
    return tar::all_zero(probe.head.first(kSuperblock)) ||
           (load_le<uint32_t>(super.data() + 0x18) <= 6 &&
            load_le<uint32_t>(super.data() + 0x4c) <= 1);
}
// Known by its last 512 bytes.
bool is_dmg(const Probe& probe) {
    constexpr size_t kTrailer = 512;
    return probe.tail.size() >= kTrailer && starts_with(probe.tail.last(kTrailer), "koly");
}
// An archive that its readers find by searching from the front.
bool is_archive_within(const Probe& probe) {
    const std::string_view text = as_text(probe.head);
    for (size_t at = text.find("PK\3\4", 1); at < text.size(); at = text.find("PK\3\4", at + 1)) {
        if (plausible_local(probe.head.subspan(at))) return true;
    }
    constexpr size_t kNumbers = 110 - 6;  // in hexadecimal, or octal before the seventh
    for (size_t at = text.find("07070", 1); at < text.size(); at = text.find("07070", at + 1)) {
        const std::string_view header = text.substr(at, 6 + kNumbers);
        const bool known = header.size() > 76 && (header[5] == '1' || header[5] == '2');
        if (known && header.find_first_not_of("0123456789abcdefABCDEF") == header.npos) return true;
    }
    return false;
}
bool is_warc(const Probe& probe) { return begins(probe, "WARC/"); }
// "begin 644 NAME" or "begin-base64 644 NAME".
bool is_uuencoded(const Probe& probe) {
    std::string_view text = as_text(probe.head);
    if (!text.starts_with("begin ") && !text.starts_with("begin-base64 ")) return false;
    text.remove_prefix(text.find(' ') + 1);
    const size_t digits = std::min(text.find_first_not_of("01234567"), text.size());
    return (digits == 3 || digits == 4) && text.substr(digits).starts_with(' ');
}
bool is_gguf(const Probe& probe) { return begins(probe, "GGUF"); }
bool is_npy(const Probe& probe) { return begins(probe, "\x93NUMPY"); }
bool is_hdf5(const Probe& probe) { return begins(probe, "\x89HDF\r\n\x1a\n"); }
bool is_png(const Probe& probe) { return begins(probe, "\x89PNG\r\n\x1a\n"); }
bool is_jpeg(const Probe& probe) { return begins(probe, "\xff\xd8\xff"); }
bool is_gif(const Probe& probe) { return begins(probe, "GIF87a") || begins(probe, "GIF89a"); }
bool is_pdf(const Probe& probe) { return begins(probe, "%PDF-"); }
bool is_sqlite(const Probe& probe) { return begins(probe, raw("SQLite format 3\0")); }
bool is_wasm(const Probe& probe) { return begins(probe, raw("\0asm")); }
bool is_parquet(const Probe& probe) { return begins(probe, "PAR1"); }
bool is_arrow(const Probe& probe) { return begins(probe, "ARROW1"); }

bool is_tflite(const Probe& probe) {
    return probe.head.size() >= 8 && starts_with(probe.head.subspan(4), "TFL3");
}

bool is_executorch(const Probe& probe) {
    return probe.head.size() >= 8 && starts_with(probe.head.subspan(4), "ET12");
}

bool is_catboost(const Probe& probe) { return begins(probe, "CBM1"); }

bool is_safetensors(const Probe& probe) { return safetensors::begins_like_one(probe.head); }

// PROTO with a protocol that exists, then an opcode that a pickler writes there.
bool is_pickle(const Probe& probe) {
    if (probe.head.size() < 3 || probe.head[0] != 0x80) return false;
    if (probe.head[1] < 2 || probe.head[1] > 5) return false;
    static constexpr std::string_view kSecond =
        "\x95\x8a\x8b\x8c\x8d\x8e\x80\x88\x89\x96(])}cCBXJKMGNUT.";
    return kSecond.find(static_cast<char>(probe.head[2])) != std::string_view::npos;
}

bool is_bare_pickle(const Probe& probe) {
    // Of a stream the size is not known, but only its end cuts a head short.
    bool complete = probe.size.value_or(probe.head.size()) == probe.head.size() &&
                    (probe.size || probe.head.size() < kProbeHead);
    return pickle::likeness(probe.head, complete) == pickle::Likeness::kYes;
}

// How many bytes of `bytes` one UTF-8 sequence takes; 0 when it is none. A sequence that the probe
// cuts off counts as good.
size_t utf8_length(Bytes bytes) {
    uint8_t first = bytes[0];
    size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || first > 0xf4) return 0;
    for (size_t i = 1; i < std::min(length, bytes.size()); i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
    }
    return std::min(length, bytes.size());
}

// Whether eight bytes are what most texts consist of: from blank to tilde, or ends of lines. The
// sums carry into each byte's highest bit and never beyond.
bool are_plain(uint64_t eight) {
    constexpr uint64_t kEach = 0x0101'0101'0101'0101;
    const uint64_t low = eight & (0x7f * kEach);
    const uint64_t from_blank = low + 0x60 * kEach;
    const uint64_t delete_only = low + 0x01 * kEach;
    const uint64_t no_newline = (low ^ ('\n' * kEach)) + 0x7f * kEach;
    return ((eight | delete_only | (~from_blank & no_newline)) & (0x80 * kEach)) == 0;
}

// Every text is looked at several times.
size_t plain_length(Bytes bytes) {
    size_t length = 0;
    while (bytes.size() - length >= 8 && are_plain(load_le<uint64_t>(bytes.data() + length))) {
        length += 8;
    }
    return length;
}

bool is_text(const Probe& probe) {
    for (Bytes rest = probe.head;;) {
        rest = rest.subspan(plain_length(rest));
        if (rest.empty()) return true;
        uint8_t byte = rest[0];
        bool control = byte < 0x20 && (byte < 0x08 || byte > 0x0d) && byte != 0x1b;
        size_t length = control || byte == 0x7f ? 0 : utf8_length(rest);
        if (length == 0) return false;
        rest = rest.subspan(length);
    }
}

bool is_json(const Probe& probe) {
    std::string_view text = as_text(probe.head);
    size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || !is_text(probe)) return false;
    if (text[first] == '[') return true;
    if (text[first] != '{') return false;
    size_t second = text.find_first_not_of(" \t\r\n", first + 1);
    return second == std::string_view::npos || text[second] == '"' || text[second] == '}';
}

bool is_lfs_pointer(const Probe& probe) {
    return begins(probe, "version https://git-lfs.github.com/spec/v1");
}

bool is_nothing(const Probe&) { return false; }
bool is_anything(const Probe&) { return true; }

constexpr bool kInert = true;
constexpr bool kLoaded = false;
constexpr bool kRuns = true;

// Names of texts, scripts among them: completions and modules of shells have no first line that
// says so.
constexpr std::string_view kTextNames =
    " txt md rst csv tsv yaml yml toml ini cfg json jsonl ipynb html xml py sh bash zsh pl rb ";

constexpr std::array kKinds = {
    Kind{"elf", " so elf ", kInert, kRuns, is_elf},
    Kind{"pe", " exe dll sys ", kInert, kRuns, is_pe},
    Kind{"macho", " dylib ", kInert, kRuns, is_macho},
    Kind{"script", " sh bash zsh py pyz pyzw pl rb ", kInert, kRuns, is_script},
    Kind{"gguf", " gguf ", kLoaded, false, is_gguf},
    Kind{"npy", " npy ", kLoaded, false, is_npy},
    Kind{"hdf5", " h5 hdf5 ", kLoaded, false, is_hdf5},
    Kind{"zip", " zip npz keras pt pth ckpt mar whl nemo pyz pyzw ", kLoaded, false, is_zip},
    // joblib packs its pickles with any of these and names them as it likes; NeMo writes gzip.
    Kind{"gzip", " gz tgz joblib pkl nemo ", kLoaded, false, is_gzip},
    Kind{"zstd", " zst ", kLoaded, false, is_zstd},
    Kind{"xz", " xz txz joblib pkl ", kLoaded, false, is_xz},
    Kind{"bzip2", " bz2 tbz joblib pkl ", kLoaded, false, is_bzip2},
    Kind{"lz4", " lz4 joblib pkl ", kLoaded, false, is_lz4},
    Kind{"7z", " 7z ", kLoaded, false, is_7z},
    Kind{"rar", " rar ", kLoaded, false, is_rar},
    Kind{"xar", " xar pkg ", kLoaded, false, is_xar},
    Kind{"lzip", " lz tlz ", kLoaded, false, is_lzip},
    Kind{"compress", " z taz ", kLoaded, false, is_lzw},
    Kind{"lzop", " lzo tzo ", kLoaded, false, is_lzop},
    Kind{"lrzip", " lrz ", kLoaded, false, is_lrzip},
    Kind{"rpm", " rpm ", kLoaded, false, is_rpm},
    Kind{"squashfs", " squashfs sqsh sqfs snap ", kLoaded, false, is_squashfs},
    Kind{"lz4-legacy", " lz4 ", kLoaded, false, is_lz4_legacy},
    Kind{"zstd-early", " zst ", kLoaded, false, is_early_zstd},
    Kind{"pack", " z ", kLoaded, false, is_pack},
    Kind{"zoo", " zoo ", kLoaded, false, is_zoo},
    Kind{"arj", " arj ", kLoaded, false, is_arj},
    Kind{"ace", " ace ", kLoaded, false, is_ace},
    Kind{"zpaq", " zpaq ", kLoaded, false, is_zpaq},
    Kind{"kgb", " kgb ", kLoaded, false, is_kgb},
    Kind{"grzip", " grz ", kLoaded, false, is_grzip},
    Kind{"snappy", " snappy sz ", kLoaded, false, is_framed_snappy},
    Kind{"ext", " ext2 ext3 ext4 ", kLoaded, false, is_ext},
    Kind{"dmg", " dmg ", kLoaded, false, is_dmg},
    Kind{"warc", " warc ", kLoaded, false, is_warc},
    Kind{"uuencoded", " uu uue ", kLoaded, false, is_uuencoded},
    Kind{"tflite", " tflite lite ", kLoaded, false, is_tflite},
    Kind{"executorch", " pte ", kLoaded, false, is_executorch},
    Kind{"catboost", " cbm ", kLoaded, false, is_catboost},
    Kind{"sqlite", " sqlite sqlite3 db ", kInert, false, is_sqlite},
    Kind{"png", " png ", kInert, false, is_png},
    Kind{"jpeg", " jpg jpeg ", kInert, false, is_jpeg},
    Kind{"gif", " gif ", kInert, false, is_gif},
    Kind{"pdf", " pdf ", kInert, false, is_pdf},
    Kind{"wasm", " wasm ", kInert, kRuns, is_wasm},
    Kind{"parquet", " parquet ", kInert, false, is_parquet},
    Kind{"arrow", " arrow feather ", kInert, false, is_arrow},
    Kind{"tar", " tar pt pth nemo ova gem ", kLoaded, false, tar::starts_tar},
    Kind{"pickle", " pkl pickle pt pth ckpt joblib dill ", kLoaded, false, is_pickle},
    Kind{"safetensors", " safetensors ", kLoaded, false, is_safetensors},
    Kind{"lfs-pointer", "", kInert, false, is_lfs_pointer},
    Kind{"pickle", " pkl pickle pt pth ckpt joblib dill ", kLoaded, false, is_bare_pickle},
    Kind{"json", kTextNames, kInert, false, is_json},
    Kind{"text", kTextNames, kInert, false, is_text},
    // Formats without a magic of their own: only their names are known here.
    Kind{"pytorch", " pt pth ckpt ptl mar tar ", kLoaded, false, is_nothing},
    Kind{"keras", " keras ", kLoaded, false, is_nothing},
    Kind{"xgboost", " ubj ", kLoaded, false, is_nothing},
    Kind{"flax", " msgpack ", kLoaded, false, is_nothing},
    Kind{"lzma", " lzma ", kLoaded, false, is_nothing},
    Kind{"iso9660", " iso ", kLoaded, false, is_nothing},
    Kind{"cpio", " cpio ", kLoaded, false, is_nothing},
    Kind{"cab", " cab ", kLoaded, false, is_nothing},
    Kind{"lha", " lzh lha ", kLoaded, false, is_nothing},
    // Text, so that its name promises nothing.
    Kind{"yaml", " yaml yml ", kInert, false, is_nothing},
    Kind{"mlflow", " yaml yml ", kInert, false, is_nothing},
    Kind{"lightgbm", " txt ", kInert, false, is_nothing},
    Kind{"pytorch-legacy", " pt pth ckpt tar ", kLoaded, false, is_nothing},
    Kind{"pytorch-tar", " pt pth ckpt tar ", kLoaded, false, is_nothing},
    Kind{"named",
         " onnx pb msgpack mlmodel pte ubj cbm skops safetensors ggml pmml index engine plan trt "
         "caffemodel pdmodel pdiparams pdparams mnn rknn dlc vmfb t7 rds rda llamafile ",
         kLoaded, false, is_nothing},
    Kind{"archive-within", "", kLoaded, false, is_archive_within},
    Kind{"unknown", "", kInert, false, is_anything},
};

}  // namespace

std::string extension_of(std::string_view name) {
    size_t slash = name.rfind('/');
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    if (name == kNameOfMlmodel) return std::string(name);
    size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    std::string extension(name.substr(dot + 1));
    for (char& c : extension) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return extension;
}

namespace {

bool lists(const Kind& kind, const std::string& extension) {
    return kind.extensions.find(" " + extension + " ") != std::string_view::npos;
}

}  // namespace

const Kind& kind_of(const Probe& probe) {
    return *std::find_if(kKinds.begin(), kKinds.end(),
                         [&](const Kind& kind) { return kind.matches(probe); });
}

const Kind& kind_after(const Kind& kind, const Probe& probe,
                       const std::function<bool(std::string_view)>& accepted) {
    return *std::find_if(&kind, &kKinds.back(), [&](const Kind& other) {
        return accepted(other.name) && other.matches(probe);
    });
}

bool begins_as_json(const Probe& probe) { return is_json(probe); }

bool is_vague(const Kind& kind, std::string_view name) {
    return kind.name == "unknown" || kind.name == "text" || kind.name == "json" ||
           lists(kind, extension_of(name));
}

bool contradicts_name(std::string_view name, std::string_view kind) {
    std::string extension = extension_of(name);
    if (extension.empty()) return false;
    bool promised = false;
    for (const Kind& known : kKinds) {
        if (!lists(known, extension)) continue;
        if (known.name == kind) return false;
        promised = true;
    }
    return promised;
}

const Rule* fallback_of(std::string_view name, std::string_view kind) {
    constexpr std::array kOfJoblib = {
        std::string_view("pickle"), std::string_view("joblib"), std::string_view("zfile"),
        std::string_view("gzip"),   std::string_view("zlib"),   std::string_view("bzip2"),
        std::string_view("xz"),     std::string_view("lzma"),   std::string_view("lz4")};
    const bool runs = std::find(kOfJoblib.begin(), kOfJoblib.end(), kind) != kOfJoblib.end();
    return runs && extension_of(name) == "skops" ? &json::rule("skops.not_zip_fallback") : nullptr;
}

bool promises_the_same(std::string_view name, std::string_view other) {
    return extension_of(name) == extension_of(other);
}

bool promises_loadable(std::string_view name) {
    std::string extension = extension_of(name);
    return !extension.empty() && std::any_of(kKinds.begin(), kKinds.end(), [&](const Kind& kind) {
        return !kind.inert && lists(kind, extension);
    });
}

bool promises_executable(std::string_view name) {
    std::string extension = extension_of(name);
    return !extension.empty() && std::any_of(kKinds.begin(), kKinds.end(), [&](const Kind& kind) {
        return kind.executable && lists(kind, extension);
    });
}

}  // namespace assay
