// Every format of this build, one line each, by the file that defines it. When several match, the
// first one keeps the tape and the others read along: containers first, since they go inside;
// pickles last, since almost anything may turn out to be one, too.
#pragma once

#include <array>

#include "assay/format.h"

namespace assay {

extern const Format kBzip2Format;            // archive/bzip2.cpp
extern const Format kGzipFormat;             // archive/gzip.cpp
extern const Format kLz4Format;              // archive/lz4.cpp
extern const Format kArFormat;               // archive/other_archives.cpp
extern const Format kCabFormat;              // archive/other_archives.cpp
extern const Format kCpioFormat;             // archive/other_archives.cpp
extern const Format kIsoFormat;              // archive/other_archives.cpp
extern const Format kLhaFormat;              // archive/other_archives.cpp
extern const Format kRarFormat;              // archive/other_archives.cpp
extern const Format kSevenZipFormat;         // archive/other_archives.cpp
extern const Format kTarFormat;              // archive/tar.cpp
extern const Format kLzipFormat;             // archive/xz.cpp
extern const Format kLzmaFormat;             // archive/xz.cpp
extern const Format kXzFormat;               // archive/xz.cpp
extern const Format kZipFormat;              // archive/zip.cpp
extern const Format kZfileFormat;            // archive/zlib.cpp
extern const Format kZlibFormat;             // archive/zlib.cpp
extern const Format kZstdFormat;             // archive/zstd.cpp
extern const Format kCoremlFormat;           // graph/coreml.cpp
extern const Format kCoremlCompiledFormat;   // graph/coreml_package.cpp
extern const Format kExecutorchFormat;       // graph/executorch.cpp
extern const Format kOnnxFormat;             // graph/onnx.cpp
extern const Format kTensorrtFormat;         // graph/tensorrt.cpp
extern const Format kTfBundleFormat;         // graph/tf_bundle.cpp
extern const Format kTfFingerprintFormat;    // graph/tf_saved_model.cpp
extern const Format kTfGraphFormat;          // graph/tf_saved_model.cpp
extern const Format kTfKerasMetadataFormat;  // graph/tf_saved_model.cpp
extern const Format kTfMetaGraphFormat;      // graph/tf_saved_model.cpp
extern const Format kTfSavedModelFormat;     // graph/tf_saved_model.cpp
extern const Format kTfTextFormat;           // graph/tf_text.cpp
extern const Format kTfliteFormat;           // graph/tflite.cpp
extern const Format kOpenvinoFormat;         // graph/xml_models.cpp
extern const Format kPmmlFormat;             // graph/xml_models.cpp
extern const Format kHdf5Format;             // hdf5/hdf5.cpp
extern const Format kKerasFormat;            // keras/keras_zip.cpp
extern const Format kFlaxFormat;             // msgpack/flax.cpp
extern const Format kNpyFormat;              // numpy/npy.cpp
extern const Format kPickleFormat;           // pickle/pickle.cpp
extern const Format kGgufFormat;             // tensor/gguf.cpp
extern const Format kSafetensorsFormat;      // tensor/safetensors.cpp
extern const Format kDvcFormat;              // stores/dvc_files.cpp
extern const Format kJinjaFormat;            // text/jinja_file.cpp
extern const Format kJsonFormat;             // text/json_format.cpp
extern const Format kLfsPointerFormat;       // text/lfs_pointer.cpp
extern const Format kPythonFormat;           // text/python_file.cpp
extern const Format kRequirementsFormat;     // text/requirements.cpp
extern const Format kWebPageFormat;          // text/web_page.cpp
extern const Format kYamlFormat;             // text/yaml.cpp
extern const Format kTorchTarFormat;         // torch/torch_tar.cpp
extern const Format kCatboostFormat;         // trees/catboost.cpp
extern const Format kLightgbmFormat;         // trees/lightgbm.cpp
extern const Format kXgboostFormat;          // trees/xgboost.cpp

inline constexpr std::array kFormats = {
    &kZipFormat,
    &kTorchTarFormat,
    &kTarFormat,
    &kSevenZipFormat,
    &kCpioFormat,
    &kArFormat,
    &kCabFormat,
    &kRarFormat,
    &kLhaFormat,
    &kIsoFormat,
    &kBzip2Format,
    &kGzipFormat,
    &kLz4Format,
    &kLzmaFormat,
    &kLzipFormat,
    &kXzFormat,
    &kZfileFormat,
    &kZlibFormat,
    &kZstdFormat,
    &kCoremlFormat,
    &kCoremlCompiledFormat,
    &kExecutorchFormat,
    &kOnnxFormat,
    &kTensorrtFormat,
    &kTfBundleFormat,
    &kTfFingerprintFormat,
    &kTfGraphFormat,
    &kTfKerasMetadataFormat,
    &kTfMetaGraphFormat,
    &kTfSavedModelFormat,
    &kTfTextFormat,
    &kTfliteFormat,
    &kOpenvinoFormat,
    &kPmmlFormat,
    &kHdf5Format,
    &kKerasFormat,
    &kFlaxFormat,
    &kNpyFormat,
    &kGgufFormat,
    &kSafetensorsFormat,
    &kCatboostFormat,
    &kLightgbmFormat,
    &kXgboostFormat,
    &kJsonFormat,
    &kJinjaFormat,
    &kLfsPointerFormat,
    &kPythonFormat,
    &kWebPageFormat,
    &kYamlFormat,
    &kRequirementsFormat,
    &kDvcFormat,
    &kPickleFormat,
};

}  // namespace assay
