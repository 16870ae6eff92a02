import { MOST_PIXELS, scrollScale } from './scrollScale';

const VIEW = 600;

describe('scrollScale', () => {
  it('leaves a content as it is that a browser can show', () => {
    const { elementHeight, isExact, toContent } = scrollScale(20_000, VIEW);
    expect([elementHeight, isExact, toContent(777)]).toEqual([
      20_000,
      true,
      777,
    ]);
  });

  it('reaches both ends of a content that is too high, and everything between', () => {
    const height = 200_000_000;
    const scale = scrollScale(height, VIEW);
    expect(scale.elementHeight).toBe(MOST_PIXELS);
    expect(scale.toContent(0)).toBe(0);
    expect(scale.toContent(MOST_PIXELS - VIEW)).toBe(height - VIEW);
    let before = -1;
    for (let place = 0; place <= MOST_PIXELS - VIEW; place += 99_999) {
      const top = scale.toContent(place);
      expect(top).toBeGreaterThan(before);
      expect(scale.toScroll(top)).toBeCloseTo(place, 3);
      before = top;
    }
  });

  it('scrolls pixel by pixel near both ends', () => {
    const scale = scrollScale(200_000_000, VIEW);
    const end = MOST_PIXELS - VIEW;
    expect(scale.toContent(1_000) - scale.toContent(900)).toBe(100);
    expect(scale.toContent(end) - scale.toContent(end - 100)).toBe(100);
  });
});
