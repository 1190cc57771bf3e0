#include "foundation/base/result.h"

namespace restock {

const char* code_name(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "invalid_argument";
    case Code::kInvalidData:
      return "invalid_data";
    case Code::kNotFound:
      return "not_found";
    case Code::kIo:
      return "io";
    case Code::kPermission:
      return "permission";
    case Code::kResourceExhausted:
      return "resource_exhausted";
    case Code::kCancelled:
      return "cancelled";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

int exit_code(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kNotFound:
      return 2;
    case Code::kInvalidData:
      return 3;
    case Code::kIo:
    case Code::kResourceExhausted:
      return 4;
    case Code::kPermission:
      return 5;
    case Code::kCancelled:
      return 130;
    case Code::kInternal:
      return 70;
  }
  return 70;
}

std::string Error::to_string() const {
  return hint.empty() ? message : message + " (" + hint + ")";
}

}  // namespace restock
