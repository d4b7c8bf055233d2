import { afterEach, describe, expect, test } from "vitest";
import { addDays, addYears, bogotaClock, daysBetween, daysOfZoom, diaDe, eachDay, isDia, periodEnd, periodStart, today, wallClock, weekday } from "./dias";

const zona = process.env.TZ;
afterEach(() => {
  process.env.TZ = zona;
});

describe.each(["America/Bogota", "Asia/Tokyo", "UTC", "Pacific/Honolulu"])("in a browser of %s", (tz) => {
  test("a day of the API stays that day", () => {
    process.env.TZ = tz;
    expect(wallClock("2026-09-10")).toBe("2026-09-10");
    expect(diaDe("2026-09-10T23:00:00-05:00")).toBe("2026-09-10");
    expect(wallClock("2026-09-11T04:00:00Z")).toBe("2026-09-10 23:00");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(weekday("2026-11-25")).toBe(3);
  });

  test("today is Colombia's", () => {
    process.env.TZ = tz;
    expect(today(Date.UTC(2024, 2, 11, 1, 30))).toBe("2024-03-10");
    expect(bogotaClock(Date.UTC(2024, 2, 11, 5))).toEqual({ dia: "2024-03-11", hora: "00:00" });
  });
});

test("only days that exist are days", () => {
  expect(isDia("2024-02-29")).toBe(true);
  for (const texto of ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", ""]) expect(isDia(texto)).toBe(false);
});

test("leap days, weeks from Monday, whole periods", () => {
  expect(addYears("2024-02-29", -1)).toBe("2023-02-28");
  expect(periodStart("2024-03-10", "semana")).toBe("2024-03-04");
  expect(periodEnd("2024-12-15", "mes")).toBe("2025-01-01");
  expect(periodEnd("2024-06-01", "anio")).toBe("2025-01-01");
  expect(eachDay("2024-02-28", "2024-03-01")).toEqual(["2024-02-28", "2024-02-29", "2024-03-01"]);
  expect(daysBetween("2024-03-01", "2024-02-28")).toBe(-2);
});

test("a zoom takes whole days", () => {
  expect(daysOfZoom("2026-01-03 13:00", "2026-01-06 11:00")).toEqual({ desde: "2026-01-04", hasta: "2026-01-05" });
});
