#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <xgboost/c_api.h>

#include "foundation/base/result.h"

namespace restock {

/// The part of the XGBoost C API that Restock calls, loaded at run time. Only science/models
/// includes this header.
///
/// Why dlopen and not a link: libgomp reads OMP_WAIT_POLICY once, when it is loaded. Loading it on
/// first use lets `load` set the variable first, without starting the program a second time, and
/// programs that train nothing do not pay for it. A value type of plain pointers; copies are free;
/// the library stays in memory until the process ends.
struct XgboostLibrary {
  /// Load libxgboost.so (RESTOCK_LIBXGBOOST if set, else the search path of the program) and look
  /// up every function. Errors: kIo if the library or a function is missing, or if its version is
  /// below 3.2.
  static Result<XgboostLibrary> load();

  /// Turn the return value of a C call into a Status; `doing` names the step for the message.
  [[nodiscard]] Status check(int status, std::string_view doing) const;

  int version_major = 0;
  int version_minor = 0;

  const char* (*last_error)() = nullptr;
  decltype(&XGBoostVersion) version = nullptr;
  decltype(&XGDMatrixCreateFromDense) matrix_create_dense = nullptr;
  decltype(&XGDMatrixFree) matrix_free = nullptr;
  decltype(&XGDMatrixSetInfoFromInterface) matrix_set_info = nullptr;
  decltype(&XGProxyDMatrixCreate) proxy_create = nullptr;
  decltype(&XGProxyDMatrixSetDataDense) proxy_set_dense = nullptr;
  decltype(&XGQuantileDMatrixCreateFromCallback) quantile_matrix_create = nullptr;
  decltype(&XGBoosterCreate) booster_create = nullptr;
  decltype(&XGBoosterFree) booster_free = nullptr;
  decltype(&XGBoosterSetParam) booster_set_param = nullptr;
  decltype(&XGBoosterUpdateOneIter) booster_update = nullptr;
  /// int XGBoosterTrainOneIter(booster, matrix, iteration, grad, hess): new in 2.0; gradients as
  /// array-interface JSON.
  int (*booster_train)(BoosterHandle, DMatrixHandle, int, const char*, const char*) = nullptr;
  decltype(&XGBoosterBoostedRounds) booster_rounds = nullptr;
  decltype(&XGBoosterSlice) booster_slice = nullptr;
  decltype(&XGBoosterPredictFromDMatrix) booster_predict = nullptr;
  decltype(&XGBoosterPredictFromDense) booster_predict_dense = nullptr;
  decltype(&XGBoosterSaveModelToBuffer) booster_save = nullptr;
  decltype(&XGBoosterLoadModelFromBuffer) booster_load = nullptr;
  decltype(&XGBoosterGetNumFeature) booster_n_features = nullptr;
  decltype(&XGBoosterSetStrFeatureInfo) booster_set_names = nullptr;
  decltype(&XGBoosterFeatureScore) booster_feature_score = nullptr;
};

/// An owned XGBoost handle.
using XgboostHandle = std::unique_ptr<void, int (*)(void*)>;

/// XGBoost's message without time stamp, source position and stack trace.
[[nodiscard]] std::string clean_xgboost_message(std::string_view message);

/// The array-interface JSON of a dense, row-major float32 array; columns 0 makes it
/// one-dimensional.
[[nodiscard]] std::string array_interface(const float* data, size_t rows, size_t columns);

}  // namespace restock
