#include "science/models/xgboost_library.h"

#include <cstdlib>
#include <dlfcn.h>
#include <vector>

#include <fmt/format.h>

#include "science/models/openmp.h"

namespace restock {
namespace {

constexpr const char* kLibraryName = "libxgboost.so";

/// Where the library may be, best first: the user's own, beside the program (or the Python module)
/// as installed, as built, the system's.
std::vector<std::string> candidates() {
  std::vector<std::string> files;
  if (const char* own = std::getenv("RESTOCK_LIBXGBOOST"); own != nullptr && *own != '\0')
    return {own};
  Dl_info self{};
  if (dladdr(reinterpret_cast<const void*>(&request_passive_openmp), &self) != 0 &&
      self.dli_fname != nullptr) {
    const std::string_view path = self.dli_fname;
    const size_t slash = path.rfind('/');
    const std::string_view folder = slash == std::string_view::npos ? "." : path.substr(0, slash);
    for (const char* below : {"", "/../lib"})
      files.push_back(fmt::format("{}{}/{}", folder, below, kLibraryName));
  }
#ifdef RESTOCK_LIBXGBOOST_FILE
  files.emplace_back(RESTOCK_LIBXGBOOST_FILE);
#endif
  files.emplace_back(kLibraryName);
  return files;
}

Result<void*> open_library() {
  request_passive_openmp();
  std::string reasons;
  for (const std::string& file : candidates()) {
    // RTLD_NODELETE: libgomp's threads do not survive being unloaded.
    if (void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) return library;
    const char* reason = dlerror();
    reasons += fmt::format("{}{}", reasons.empty() ? "" : "; ",
                           reason == nullptr ? "no reason given" : reason);
  }
  return Error{
      Code::kIo, fmt::format("cannot load {}: {}", kLibraryName, reasons),
      "install XGBoost 3.2, or name its library in the environment variable RESTOCK_LIBXGBOOST"};
}

template <typename Function>
Status find(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  if (*function != nullptr) return {};
  return Error{Code::kIo, fmt::format("{} has no function {}", kLibraryName, name),
               "Restock needs XGBoost 3.2 or newer"};
}

Status find_all(void* so, XgboostLibrary* x) {
  RESTOCK_TRY(find(so, "XGBGetLastError", &x->last_error));
  RESTOCK_TRY(find(so, "XGBoostVersion", &x->version));
  RESTOCK_TRY(find(so, "XGDMatrixCreateFromDense", &x->matrix_create_dense));
  RESTOCK_TRY(find(so, "XGDMatrixFree", &x->matrix_free));
  RESTOCK_TRY(find(so, "XGDMatrixSetInfoFromInterface", &x->matrix_set_info));
  RESTOCK_TRY(find(so, "XGProxyDMatrixCreate", &x->proxy_create));
  RESTOCK_TRY(find(so, "XGProxyDMatrixSetDataDense", &x->proxy_set_dense));
  RESTOCK_TRY(find(so, "XGQuantileDMatrixCreateFromCallback", &x->quantile_matrix_create));
  RESTOCK_TRY(find(so, "XGBoosterCreate", &x->booster_create));
  RESTOCK_TRY(find(so, "XGBoosterFree", &x->booster_free));
  RESTOCK_TRY(find(so, "XGBoosterSetParam", &x->booster_set_param));
  RESTOCK_TRY(find(so, "XGBoosterUpdateOneIter", &x->booster_update));
  RESTOCK_TRY(find(so, "XGBoosterTrainOneIter", &x->booster_train));
  RESTOCK_TRY(find(so, "XGBoosterBoostedRounds", &x->booster_rounds));
  RESTOCK_TRY(find(so, "XGBoosterSlice", &x->booster_slice));
  RESTOCK_TRY(find(so, "XGBoosterPredictFromDMatrix", &x->booster_predict));
  RESTOCK_TRY(find(so, "XGBoosterPredictFromDense", &x->booster_predict_dense));
  RESTOCK_TRY(find(so, "XGBoosterSaveModelToBuffer", &x->booster_save));
  RESTOCK_TRY(find(so, "XGBoosterLoadModelFromBuffer", &x->booster_load));
  RESTOCK_TRY(find(so, "XGBoosterGetNumFeature", &x->booster_n_features));
  RESTOCK_TRY(find(so, "XGBoosterSetStrFeatureInfo", &x->booster_set_names));
  RESTOCK_TRY(find(so, "XGBoosterFeatureScore", &x->booster_feature_score));
  return {};
}

}  // namespace

Result<XgboostLibrary> XgboostLibrary::load() {
  RESTOCK_TRY(void* so, open_library());
  XgboostLibrary x;
  RESTOCK_TRY(find_all(so, &x));
  int patch = 0;
  x.version(&x.version_major, &x.version_minor, &patch);
  if (x.version_major < 3 || (x.version_major == 3 && x.version_minor < 2)) {
    return Error{
        Code::kIo,
        fmt::format("XGBoost must be 3.2 or newer, {} is {}.{}.{}", kLibraryName, x.version_major,
                    x.version_minor, patch),
        "install XGBoost 3.2, or name its library in the environment variable RESTOCK_LIBXGBOOST"};
  }
  return x;
}

Status XgboostLibrary::check(int status, std::string_view doing) const {
  if (status == 0) return {};
  return Error{
      Code::kInternal,
      fmt::format("XGBoost failed while {}: {}", doing, clean_xgboost_message(last_error())), ""};
}

std::string clean_xgboost_message(std::string_view message) {
  if (const size_t trace = message.find("Stack trace:"); trace != std::string_view::npos) {
    message = message.substr(0, trace);
  }
  // "[17:05:59] /some/folder/file.cc:123: what happened"
  if (message.starts_with('[')) {
    if (const size_t position = message.find(".cc:"); position != std::string_view::npos) {
      const size_t colon = message.find(": ", position);
      if (colon != std::string_view::npos) message = message.substr(colon + 2);
    } else if (const size_t end = message.find("] "); end != std::string_view::npos) {
      message = message.substr(end + 2);
    }
  }
  std::string text;
  for (const char c : message) {
    const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!space) text.push_back(c);
    if (space && !text.empty() && text.back() != ' ') text.push_back(' ');
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text.empty() ? "no reason given" : text;
}

std::string array_interface(const float* data, size_t rows, size_t columns) {
  const std::string shape =
      columns == 0 ? fmt::format("{}", rows) : fmt::format("{},{}", rows, columns);
  return fmt::format(R"({{"data":[{},true],"shape":[{}],"typestr":"<f4","version":3}})",
                     reinterpret_cast<uintptr_t>(data), shape);
}

}  // namespace restock
