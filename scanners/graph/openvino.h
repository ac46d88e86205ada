// OpenVINO's intermediate representation: a graph in XML, its weights in a file of the same name.
//
//   <net name version="11"> <layers>
//     <layer id name type="Const" version="opset1"> <data element_type shape offset size/> …
//     <layer … version="opset8"> … </layer>   bodies of loops and branches have layers of their own
//   </layers> <edges>…</edges> </net>
//
// Constants are ranges of NAME.bin. A range that leads out of it is read out of memory by a runtime
// that does not check; a layer of another set of operators makes it load an extension, which is a
// library.
#pragma once

#include <string>
#include <vector>

#include "assay/context.h"
#include "text/xml.h"

namespace assay::openvino {

class Network {
  public:
    explicit Network(ScanContext& context) : context_(context) {}

    Status tag(const xml::Tag& tag);
    // `whole`: the document did not break off.
    void end(bool whole);

  private:
    struct Extent {
        uint64_t begin;
        uint64_t end;
    };

    void layer(const xml::Tag& tag);
    Status constant(const xml::Tag& tag);
    void check_size(const xml::Tag& tag, uint64_t size);
    void check_overlap();
    void claim_weights(bool whole);

    ScanContext& context_;
    std::vector<bool> constants_;  // of layers that are open, whether they are
    std::vector<std::string> names_;
    std::vector<Extent> extents_;
    uint64_t layers_ = 0;
};

}  // namespace assay::openvino
