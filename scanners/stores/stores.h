// Every kind of store, by the file that knows it.
#pragma once

#include <memory>

#include "assay/rules.h"

namespace assay {

class StoreFolder;
struct StoreSight;

std::shared_ptr<const StoreFolder> huggingface_shape(const StoreSight& sight);  // hf_cache.cpp
std::shared_ptr<const StoreFolder> oci_layout_shape(const StoreSight& sight);   // oci_layout.cpp
std::shared_ptr<const StoreFolder> ollama_shape(const StoreSight& sight);       // ollama_store.cpp
std::shared_ptr<const StoreFolder> git_lfs_shape(const StoreSight& sight);      // git_lfs.cpp
std::shared_ptr<const StoreFolder> dvc_shape(const StoreSight& sight);          // dvc_cache.cpp

}  // namespace assay
