// The parts of a report as JSON, shared by the outputs json and jsonl. Each adds members to an
// object that its caller opens and closes.
#pragma once

#include "assay/emit.h"
#include "assay/image.h"
#include "assay/json_text.h"

namespace assay {

void put_header(JsonText& json, const ReportHeader& header);
void put_record(JsonText& json, const Record& record, bool digests_wanted = false);
void put_image(JsonText& json, const ImageRecord& image);
// Nothing where there are none.
void put_stores(JsonText& json, const std::vector<StoreReport>& stores);
void put_summary(JsonText& json, const Summary& summary);

}  // namespace assay
