//! Where sun and moon stand, as precisely as a calendar of 1898-2103 needs it, and no more.
//!
//! Moments are Julian days (JD): days since noon of 1 January 4713 BC. They are counted in
//! *terrestrial time* (TT) where the sky is computed and in UTC where people are; the difference,
//! *delta T*, grows as the earth slows down. For years to come it is a forecast.
//!
//! The new moons follow Meeus, *Astronomical Algorithms*, chapter 49 (within 17 s). The sun follows
//! the largest terms of VSOP87 (Bretagnon and Francou) with nutation and aberration (within 1 second
//! of arc, which the sun passes in 25 s).

use std::f64::consts::{PI, TAU};

/// JD of 2000-01-01 12:00.
const J2000: f64 = 2_451_545.0;
const CENTURY_DAYS: f64 = 36_525.0;
const YEAR_DAYS: f64 = 365.25;
const DAY_S: f64 = 86_400.0;

/// Delta T in seconds at the start of 1890, 1900 .. 2110, after Espenak and Meeus, *Five Millennium
/// Canon of Solar Eclipses* (2006).
const DELTA_T_S: [f64; 23] = [
    -5.9, -2.8, 10.4, 21.2, 24.1, 24.4, 29.1, 33.1, 40.2, 50.5, 56.9, 63.9, 66.7, 71.6, 77.6, 84.7, 93.0,
    113.7, 135.0, 156.9, 179.5, 202.7, 226.6,
];

/// New moons that the series puts on the wrong side of midnight in Viet Nam, by lunation, and what
/// to add to it in seconds. That of 7 July 1967 came at 17:00:03 or 17:00:04 UTC (libastro, JPL DE421).
const TOO_CLOSE_S: [(i32, f64); 1] = [(-402, 6.0)];

/// When a new moon happens, in JD (UTC). Lunation 0 is the one of 6 January 2000.
pub(crate) fn new_moon(lunation: i32) -> f64 {
    let k = f64::from(lunation);
    let t = k / 1236.85;
    let mean = 2_451_550.097_66
        + 29.530_588_861 * k
        + polynomial(t, &[0.0, 0.0, 0.000_154_37, -0.000_000_150, 0.000_000_000_73]);
    let eccentricity = polynomial(t, &[1.0, -0.002_516, -0.000_007_4]);
    let sun = polynomial(t, &[2.5534, 0.0, -0.000_001_4, -0.000_000_11]) + 29.105_356_70 * k;
    let moon =
        polynomial(t, &[201.5643, 0.0, 0.010_758_2, 0.000_012_38, -0.000_000_058]) + 385.816_935_28 * k;
    let latitude =
        polynomial(t, &[160.7108, 0.0, -0.001_611_8, -0.000_002_27, 0.000_000_011]) + 390.670_502_84 * k;
    let node = polynomial(t, &[124.7746, 0.0, 0.002_067_2, 0.000_002_15]) - 1.563_755_88 * k;

    let periodic: f64 = MOON_TERMS
        .iter()
        .map(|&(days, m, m1, f)| {
            let angle = f64::from(m) * sun + f64::from(m1) * moon + f64::from(f) * latitude;
            days * eccentricity.powi(m.abs()) * sin_deg(angle)
        })
        .sum();
    let planets: f64 = PLANET_TERMS.iter().map(|&(days, at, rate)| days * sin_deg(at + rate * k)).sum();
    let known_s: f64 = TOO_CLOSE_S.iter().filter(|(of, _)| *of == lunation).map(|(_, s)| s).sum();
    utc(mean + periodic - 0.000_17 * sin_deg(node) + planets) + known_s / DAY_S
}

/// The apparent geocentric longitude of the sun at a JD (UTC), in degrees from 0 to 360: 0 at the
/// spring equinox, 270 at the winter solstice.
pub(crate) fn sun_longitude_deg(jd: f64) -> f64 {
    let centuries = (tt(jd) - J2000) / CENTURY_DAYS;
    let millennia = centuries / 10.0;
    let earth = polynomial(millennia, &EARTH_TERMS.map(|terms| series(terms, millennia))) * 1e-8;
    let seconds = nutation_s(centuries) + aberration_s(centuries) + FK5_S;
    ((earth + PI).to_degrees() + seconds / 3600.0).rem_euclid(360.0)
}

/// From the equinox of VSOP87 to that of the star catalogue, in seconds of arc.
const FK5_S: f64 = -0.090_33;

/// Nutation in longitude, in seconds of arc.
fn nutation_s(centuries: f64) -> f64 {
    let node = 125.044_52 - 1_934.136_261 * centuries;
    let sun = 280.4665 + 36_000.769_8 * centuries;
    let moon = 218.3165 + 481_267.881_3 * centuries;
    -17.20 * sin_deg(node) - 1.32 * sin_deg(2.0 * sun) - 0.23 * sin_deg(2.0 * moon)
        + 0.21 * sin_deg(2.0 * node)
}

/// How much the sun seems to lag because its light takes time, in seconds of arc.
fn aberration_s(centuries: f64) -> f64 {
    let anomaly = 357.529_11 + 35_999.050_29 * centuries;
    let eccentricity = 0.016_708_634 - 0.000_042_037 * centuries;
    -20.4898 * (1.0 + eccentricity * anomaly.to_radians().cos())
}

fn series(terms: &[(f64, f64, f64)], t: f64) -> f64 {
    terms.iter().map(|&(size, phase, rate)| size * (phase + rate * t).rem_euclid(TAU).cos()).sum()
}

fn polynomial(t: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * t + c)
}

fn sin_deg(degrees: f64) -> f64 {
    degrees.rem_euclid(360.0).to_radians().sin()
}

fn utc(tt: f64) -> f64 {
    tt - delta_t_s(tt) / DAY_S
}

fn tt(utc: f64) -> f64 {
    utc + delta_t_s(utc) / DAY_S
}

fn delta_t_s(jd: f64) -> f64 {
    let decades = ((jd - J2000) / YEAR_DAYS + 110.0) / 10.0;
    let before = decades.clamp(0.0, 21.0) as usize;
    match DELTA_T_S.get(before..before + 2) {
        Some(&[from, to]) => from + (to - from) * (decades - before as f64),
        _ => 0.0,
    }
}

/// Size in days; multiples of the sun's mean anomaly, of the moon's, and of its argument of latitude.
#[rustfmt::skip]
const MOON_TERMS: [(f64, i32, i32, i32); 24] = [
    (-0.407_20, 0, 1, 0), (0.172_41, 1, 0, 0), (0.016_08, 0, 2, 0), (0.010_39, 0, 0, 2),
    (0.007_39, -1, 1, 0), (-0.005_14, 1, 1, 0), (0.002_08, 2, 0, 0), (-0.001_11, 0, 1, -2),
    (-0.000_57, 0, 1, 2), (0.000_56, 1, 2, 0), (-0.000_42, 0, 3, 0), (0.000_42, 1, 0, 2),
    (0.000_38, 1, 0, -2), (-0.000_24, -1, 2, 0), (-0.000_07, 2, 1, 0), (0.000_04, 0, 2, -2),
    (0.000_04, 3, 0, 0), (0.000_03, 1, 1, -2), (0.000_03, 0, 2, 2), (-0.000_03, 1, 1, 2),
    (0.000_03, -1, 1, 2), (-0.000_02, -1, 1, -2), (-0.000_02, 1, 3, 0), (0.000_02, 0, 4, 0),
];

/// Size in days; angle in degrees at lunation 0; degrees for each lunation.
#[rustfmt::skip]
const PLANET_TERMS: [(f64, f64, f64); 14] = [
    (0.000_325, 299.77, 0.107_408), (0.000_165, 251.88, 0.016_321), (0.000_164, 251.83, 26.651_886),
    (0.000_126, 349.42, 36.412_478), (0.000_110, 84.66, 18.206_239), (0.000_062, 141.74, 53.303_771),
    (0.000_060, 207.14, 2.453_732), (0.000_056, 154.84, 7.306_860), (0.000_047, 34.52, 27.261_239),
    (0.000_042, 207.19, 0.121_824), (0.000_040, 291.34, 1.844_379), (0.000_037, 161.72, 24.198_154),
    (0.000_035, 239.56, 25.513_099), (0.000_023, 331.55, 3.592_518),
];

/// The heliocentric longitude of the earth: for each power of the time in Julian millennia, its
/// terms with size (1e-8 radians), phase (radians) and rate (radians in a millennium).
const EARTH_TERMS: [&[(f64, f64, f64)]; 4] = [&EARTH_0, &EARTH_1, &EARTH_2, &EARTH_3];

#[rustfmt::skip]
const EARTH_0: [(f64, f64, f64); 63] = [
    (175_347_046.0, 0.0, 0.0), (3_341_656.0, 4.6692568, 6283.07585), (34_894.0, 4.6261, 12566.1517),
    (3_497.0, 2.7441, 5753.3849), (3_418.0, 2.8289, 3.5231), (3_136.0, 3.6277, 77713.7715),
    (2_676.0, 4.4181, 7860.4194), (2_343.0, 6.1352, 3930.2097), (1_324.0, 0.7425, 11506.7698),
    (1_273.0, 2.0371, 529.691), (1_199.0, 1.1096, 1577.3435), (990.0, 5.233, 5884.927),
    (902.0, 2.045, 26.298), (857.0, 3.508, 398.149), (780.0, 1.179, 5223.694), (753.0, 2.533, 5507.553),
    (505.0, 4.583, 18849.228), (492.0, 4.205, 775.523), (357.0, 2.92, 0.067), (317.0, 5.849, 11790.629),
    (284.0, 1.899, 796.298), (271.0, 0.315, 10977.079), (243.0, 0.345, 5486.778),
    (206.0, 4.806, 2544.314), (205.0, 1.869, 5573.143), (202.0, 2.458, 6069.777), (156.0, 0.833, 213.299),
    (132.0, 3.411, 2942.463), (126.0, 1.083, 20.775), (115.0, 0.645, 0.98), (103.0, 0.636, 4694.003),
    (102.0, 0.976, 15720.839), (102.0, 4.267, 7.114), (99.0, 6.21, 2146.17), (98.0, 0.68, 155.42),
    (86.0, 5.98, 161000.69), (85.0, 1.3, 6275.96), (85.0, 3.67, 71430.7), (80.0, 1.81, 17260.15),
    (79.0, 3.04, 12036.46), (75.0, 1.76, 5088.63), (74.0, 3.5, 3154.69), (74.0, 4.68, 801.82),
    (70.0, 0.83, 9437.76), (62.0, 3.98, 8827.39), (61.0, 1.82, 7084.9), (57.0, 2.78, 6286.6),
    (56.0, 4.39, 14143.5), (56.0, 3.47, 6279.55), (52.0, 0.19, 12139.55), (52.0, 1.33, 1748.02),
    (51.0, 0.28, 5856.48), (49.0, 0.49, 1194.45), (41.0, 5.37, 8429.24), (41.0, 2.4, 19651.05),
    (39.0, 6.17, 10447.39), (37.0, 6.04, 10213.29), (37.0, 2.57, 1059.38), (36.0, 1.71, 2352.87),
    (36.0, 1.78, 6812.77), (33.0, 0.59, 17789.85), (30.0, 0.44, 83996.85), (30.0, 2.74, 1349.87),
];

#[rustfmt::skip]
const EARTH_1: [(f64, f64, f64); 14] = [
    (628_331_966_747.0, 0.0, 0.0), (206_059.0, 2.678235, 6283.07585), (4_303.0, 2.6351, 12566.1517),
    (425.0, 1.59, 3.523), (119.0, 5.796, 26.298), (109.0, 2.966, 1577.344), (93.0, 2.59, 18849.23),
    (72.0, 1.14, 529.69), (68.0, 1.87, 398.15), (67.0, 4.41, 5507.55), (59.0, 2.89, 5223.69),
    (56.0, 2.17, 155.42), (45.0, 0.4, 796.3), (36.0, 0.47, 775.52),
];

#[rustfmt::skip]
const EARTH_2: [(f64, f64, f64); 6] = [
    (52_919.0, 0.0, 0.0), (8_720.0, 1.0721, 6283.0758), (309.0, 0.867, 12566.152), (27.0, 0.05, 3.52),
    (16.0, 5.19, 26.3), (16.0, 3.68, 155.42),
];

const EARTH_3: [(f64, f64, f64); 2] = [(289.0, 5.844, 6283.076), (35.0, 0.0, 0.0)];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::NaiveDateTime;

    use super::*;

    const UNIX_EPOCH_JD: f64 = 2_440_587.5;

    fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
        file.lines().filter(|line| !line.starts_with('#'))
    }

    fn jd(utc: &str) -> f64 {
        let utc = NaiveDateTime::parse_from_str(utc, "%Y-%m-%d %H:%M:%S").unwrap();
        UNIX_EPOCH_JD + utc.and_utc().timestamp() as f64 / DAY_S
    }

    #[test]
    fn new_moons_are_within_17_s_of_another_ephemeris() {
        for (lunation, utc) in (-1250..).zip(lines(include_str!("../tests/data/new-moons.txt"))) {
            let off_s = (new_moon(lunation) - jd(utc)) * DAY_S;
            assert!(off_s.abs() < 17.0, "{utc}: {off_s} s");
        }
    }

    #[test]
    fn the_sun_is_within_a_second_of_arc_of_another_ephemeris() {
        for line in lines(include_str!("../tests/data/solar-terms.txt")) {
            let (utc, longitude) = line.rsplit_once(' ').unwrap();
            let off_deg = sun_longitude_deg(jd(utc)) - longitude.parse::<f64>().unwrap();
            let off_s = ((off_deg + 180.0).rem_euclid(360.0) - 180.0) * 3600.0;
            assert!(off_s.abs() < 1.0, "{line}: {off_s} seconds of arc");
        }
    }
}
