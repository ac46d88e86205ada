// What a ModelPack artifact says of a file besides its content: the annotation
// org.cncf.model.file.metadata+json of a layer, {"name","mode","uid","gid","size","typeflag",...}.
#pragma once

#include "document.h"
#include "text/json_path.h"

namespace assay::oci {

// Its own rules, which belong to those of images.
std::span<const Rule> file_metadata_rules();

// Compares it with the descriptor; findings go to `found`, at the descriptor.
void check_file_metadata(std::string_view text, const Descriptor& layer, json::Waiting& found);

}  // namespace assay::oci
