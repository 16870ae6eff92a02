import { useRef } from 'react';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { useFollow } from './useFollow';

const VIEW = 100;

/** A scroll container of `size` pixels; jsdom lays nothing out, so its measures are told. */
function Log(props: { size: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { following, setFollowing } = useFollow({
    scroller,
    size: props.size,
    initially: true,
  });
  return (
    <>
      <div
        role="log"
        ref={element => {
          Object.assign(scroller, { current: element });
          if (element) {
            Object.defineProperties(element, {
              scrollHeight: { configurable: true, value: props.size },
              clientHeight: { configurable: true, value: VIEW },
            });
          }
        }}
      />
      <button aria-pressed={following} onClick={() => setFollowing(true)}>
        Follow
      </button>
    </>
  );
}

function scrollTo(top: number) {
  const log = screen.getByRole('log');
  act(() => {
    log.scrollTop = top;
    fireEvent.scroll(log);
  });
}

function isFollowing() {
  return screen.getByRole('button').getAttribute('aria-pressed') === 'true';
}

describe('useFollow', () => {
  it('stays at the end while the log grows', () => {
    const { rerender } = render(<Log size={1000} />);
    rerender(<Log size={2000} />);
    expect(screen.getByRole('log').scrollTop).toBe(2000);
    expect(isFollowing()).toBe(true);
  });

  it('never moves a reader who has scrolled up, however much the log grows', () => {
    const { rerender } = render(<Log size={1000} />);
    scrollTo(300);
    expect(isFollowing()).toBe(false);
    rerender(<Log size={2000} />);
    rerender(<Log size={9000} />);
    expect(screen.getByRole('log').scrollTop).toBe(300);
  });

  it('does not let go because the log outgrew the view between two scrolls', () => {
    const { rerender } = render(<Log size={1000} />);
    scrollTo(900);
    rerender(<Log size={5000} />);
    // The event of the scroll to the former end arrives late.
    scrollTo(5000);
    expect(isFollowing()).toBe(true);
  });

  it('takes up following when its reader comes back to the end', () => {
    const { rerender } = render(<Log size={1000} />);
    scrollTo(300);
    scrollTo(900);
    expect(isFollowing()).toBe(true);
    rerender(<Log size={2000} />);
    expect(screen.getByRole('log').scrollTop).toBe(2000);
  });

  it('goes to the end when its reader asks to follow again', () => {
    render(<Log size={1000} />);
    scrollTo(300);
    fireEvent.click(screen.getByRole('button', { name: 'Follow' }));
    expect(screen.getByRole('log').scrollTop).toBe(1000);
    expect(isFollowing()).toBe(true);
  });
});
