#pragma once

#include "foundation/domain/date.h"

namespace restock {

/// Western Easter Sunday. Source: Anonymous Gregorian algorithm (Nature, 20 April 1876; Meeus,
/// Astronomical Algorithms, 2nd ed., ch. 8). 2024 gives 31 March.
[[nodiscard]] Date western_easter(int year);

/// Orthodox Easter Sunday as a Gregorian date. Source: Meeus, ch. 8 (Julian calendar). 2024 gives 5
/// May.
[[nodiscard]] Date orthodox_easter(int year);

/// Day on which the apparent longitude of the Sun reaches `degrees` in a year, in a zone
/// `zone_hours` east of Greenwich: 0 is the March equinox, 15 Qingming, 180 the September equinox.
/// Source: Meeus, ch. 25 (0.01 degrees). Precondition: 0 <= degrees < 270, so that the day lies in
/// `year`.
[[nodiscard]] Date solar_term(int year, double degrees, double zone_hours);

/// Day `day` of month `month` (no leap month) of the Chinese lunisolar year that begins in `year`.
/// zone_hours: 8 for China, 9 for Korea. Rules of GB/T 33661-2017: months begin on the day of the
/// new moon, the winter solstice lies in month 11, and of 13 months between two solstices the first
/// without a principal solar term is the leap month. (2024, 1, 1, 8) gives 10 February, New Year.
[[nodiscard]] Date lunar_date(int year, int month, int day, double zone_hours);

/// First day of an Islamic month in the Umm al-Qura calendar of Saudi Arabia, for the Hijri years
/// 1431..1459. (1445, 10) gives 10 April 2024, Eid al-Fitr.
[[nodiscard]] Date islamic_month(int hijri_year, int month);

}  // namespace restock
