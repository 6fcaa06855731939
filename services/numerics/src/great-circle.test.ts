import { greatCircleKm } from "./great-circle.js";

const dublin = { latitude: 53.33306, longitude: -6.24889 };
const cork = { latitude: 51.89797, longitude: -8.47061 };

describe("greatCircleKm", () => {
  it("is the distance over the ground, the same both ways", () => {
    expect(greatCircleKm(dublin, cork)).toBeCloseTo(219.3, 0);
    expect(greatCircleKm(cork, dublin)).toBe(greatCircleKm(dublin, cork));
  });

  it("is a quarter of the Earth's circumference from the pole to the equator", () => {
    const pole = { latitude: 90, longitude: 0 };
    expect(greatCircleKm(pole, { latitude: 0, longitude: 77 })).toBeCloseTo((Math.PI / 2) * 6371.0088, 6);
  });

  it("crosses the date line by the short way", () => {
    expect(greatCircleKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeLessThan(
      112,
    );
  });

  it("is zero at one place and a number at its antipode", () => {
    expect(greatCircleKm(dublin, dublin)).toBe(0);
    const antipode = { latitude: -dublin.latitude, longitude: dublin.longitude + 180 };
    expect(greatCircleKm(dublin, antipode)).toBeCloseTo(Math.PI * 6371.0088, 3);
  });
});
