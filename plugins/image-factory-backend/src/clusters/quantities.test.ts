import { isQuantity, quantityToNumber } from './quantities';

describe('quantityToNumber', () => {
  it.each([
    ['2', 2],
    ['0.5', 0.5],
    ['1500m', 1.5],
    ['250u', 0.00025],
    ['12345678n', 0.012345678],
    ['4Gi', 4_294_967_296],
    ['1.5Ki', 1536],
    ['128M', 128_000_000],
    ['10k', 10_000],
    ['1e3', 1000],
    ['12E-1', 1.2],
    ['1E', 1e18],
    ['1Ei', 1024 ** 6],
  ])('reads %s', (text, number) => {
    expect(isQuantity(text)).toBe(true);
    expect(quantityToNumber(text)).toBeCloseTo(number, 9);
  });

  it.each(['', '-1', '4 GB', '1.', '2ki', '1K', 'Gi', '1mi'])(
    'does not take "%s" for one',
    text => {
      expect(isQuantity(text)).toBe(false);
      expect(() => quantityToNumber(text)).toThrow(/is no quantity/);
    },
  );
});
