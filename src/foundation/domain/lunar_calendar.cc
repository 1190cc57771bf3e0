#include "foundation/domain/lunar_calendar.h"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <numbers>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr double kJulianDayOf1970 = 2440587.5;
constexpr double kDeltaTDays =
    70.0 / 86400;  ///< terrestrial minus universal time, 2010-2035, within 10 s

double radians(double degrees) {
  return degrees * std::numbers::pi / 180;
}

double wrapped(double degrees) {
  return degrees - 360 * std::floor(degrees / 360);
}

Date day_of_julian(double julian_day, double zone_hours) {
  return Date::from_days(
      static_cast<int32_t>(std::floor(julian_day - kJulianDayOf1970 + zone_hours / 24)));
}

/// Apparent longitude of the Sun in degrees at a Julian day of terrestrial time (Meeus, ch. 25).
double solar_longitude(double julian_day) {
  const double t = (julian_day - 2451545.0) / 36525;
  const double mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t;
  const double anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t);
  const double centre = (1.914602 - 0.004817 * t) * std::sin(anomaly) +
                        (0.019993 - 0.000101 * t) * std::sin(2 * anomaly) +
                        0.000289 * std::sin(3 * anomaly);
  const double node = radians(125.04 - 1934.136 * t);
  return wrapped(mean + centre - 0.00569 - 0.00478 * std::sin(node));
}

/// Julian day (universal time) at which the Sun reaches `degrees`, near `guess`.
double solar_term_near(double guess, double degrees) {
  double julian_day = guess;
  for (int i = 0; i < 8; ++i) {
    const double missing = wrapped(degrees - solar_longitude(julian_day + kDeltaTDays) + 180) - 180;
    julian_day += missing * 365.2422 / 360;
  }
  return julian_day;
}

/// Julian day (universal time) of new moon k, counted from January 2000 (Meeus, ch. 49, without
/// planetary terms: within two minutes).
double new_moon(int k) {
  const double t = k / 1236.85;
  const double e = 1 - 0.002516 * t - 0.0000074 * t * t;
  const double sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t * t);
  const double moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t);
  const double latitude = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t);
  const double node = radians(124.7746 - 1.56375588 * k + 0.0020672 * t * t);
  const double mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t;
  const double correction =
      -0.40720 * std::sin(moon) + 0.17241 * e * std::sin(sun) + 0.01608 * std::sin(2 * moon) +
      0.01039 * std::sin(2 * latitude) + 0.00739 * e * std::sin(moon - sun) -
      0.00514 * e * std::sin(moon + sun) + 0.00208 * e * e * std::sin(2 * sun) -
      0.00111 * std::sin(moon - 2 * latitude) - 0.00057 * std::sin(moon + 2 * latitude) +
      0.00056 * e * std::sin(2 * moon + sun) - 0.00042 * std::sin(3 * moon) +
      0.00042 * e * std::sin(sun + 2 * latitude) + 0.00038 * e * std::sin(sun - 2 * latitude) -
      0.00024 * e * std::sin(2 * moon - sun) - 0.00017 * std::sin(node);
  return mean + correction + 0.000325 * std::sin(radians(299.77 + 0.107408 * k)) - kDeltaTDays;
}

Date new_moon_day(int k, double zone_hours) {
  return day_of_julian(new_moon(k), zone_hours);
}

/// Number of the new moon that begins month 11 of the Chinese year `year`: the last one until the
/// day of the solstice.
int month_11(int year, double zone_hours) {
  const double december = Date::of(year, 12, 21).days() + kJulianDayOf1970;
  const Date solstice = day_of_julian(solar_term_near(december, 270), zone_hours);
  int k = static_cast<int>((year - 2000) * 12.3685) + 13;
  while (new_moon_day(k, zone_hours) > solstice) --k;
  return k;
}

/// True if a principal solar term (a multiple of 30 degrees) lies in the month of new moon k.
bool has_principal_term(int k, double zone_hours) {
  // The longitude at the first midnight of a month and at the first midnight after it lie in
  // different thirds of a season.
  const auto longitude = [&](Date midnight) {
    return solar_longitude(midnight.days() + kJulianDayOf1970 - zone_hours / 24 + kDeltaTDays);
  };
  const double begin = longitude(new_moon_day(k, zone_hours));
  const double end = longitude(new_moon_day(k + 1, zone_hours));
  return std::floor(begin / 30) != std::floor(end / 30);
}

/// Month lengths of the Umm al-Qura calendar, Hijri 1431..1459: bit m - 1 is set where month m has
/// 30 days. As published by King Abdulaziz City for Science and Technology.
constexpr uint16_t kLongMonths[] = {0x956, 0x2AE, 0x56D, 0x36A, 0xB55, 0xAAA, 0x94D, 0x49D,
                                    0x95D, 0x2BA, 0x5B5, 0x5AA, 0xD55, 0xA9A, 0x92E, 0x26E,
                                    0x55D, 0xADA, 0x6D4, 0x6A5, 0x54B, 0xA97, 0x54E, 0xAAE,
                                    0x5AC, 0xBA9, 0xD92, 0xB25, 0x64B};
constexpr int kHijriYearFirst = 1431;

}  // namespace

Date western_easter(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int g = (8 * b + 13) / 25;
  const int h = (19 * a + b - b / 4 - g + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return Date::of(year, n / 31, n % 31 + 1);
}

Date orthodox_easter(int year) {
  const int d = (19 * (year % 19) + 15) % 30;
  const int e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  const int n = d + e + 114;
  const int gap = year / 100 - year / 400 - 2;  // days from the Julian to the Gregorian calendar
  return Date::of(year, n / 31, n % 31 + 1) + gap;
}

Date solar_term(int year, double degrees, double zone_hours) {
  RESTOCK_ASSERT(degrees >= 0 && degrees < 270);
  const double guess = Date::of(year, 3, 20).days() + kJulianDayOf1970 + degrees * 365.2422 / 360;
  return day_of_julian(solar_term_near(guess, degrees), zone_hours);
}

Date lunar_date(int year, int month, int day, double zone_hours) {
  RESTOCK_ASSERT(month >= 1 && month <= 10);
  const int first = month_11(year - 1, zone_hours);
  const int months = month_11(year, zone_hours) - first;
  // Months 11, 12, 1, 2, ... follow each other; a leap month among them moves the later ones.
  int k = first + month + 1;
  if (months == 13) {
    int leap = first + 1;
    while (has_principal_term(leap, zone_hours)) ++leap;
    if (k >= leap) ++k;
  }
  return new_moon_day(k, zone_hours) + (day - 1);
}

Date islamic_month(int hijri_year, int month) {
  RESTOCK_ASSERT(hijri_year >= kHijriYearFirst);
  RESTOCK_ASSERT(hijri_year < kHijriYearFirst + static_cast<int>(std::size(kLongMonths)));
  RESTOCK_ASSERT(month >= 1 && month <= 12);
  Date date = Date::of(2009, 12, 18);  // 1 Muharram 1431
  for (int year = kHijriYearFirst; year <= hijri_year; ++year) {
    const int months = year < hijri_year ? 12 : month - 1;
    for (int m = 0; m < months; ++m)
      date = date + (29 + ((kLongMonths[year - kHijriYearFirst] >> m) & 1));
  }
  return date;
}

}  // namespace restock
