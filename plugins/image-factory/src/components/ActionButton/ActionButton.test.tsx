import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ActionButton } from './ActionButton';

describe('ActionButton', () => {
  it('keeps the focus where a denial comes while it has it, and does nothing from then on', async () => {
    const onPress = jest.fn();
    const button = (denial: { reason: string } | undefined) => (
      <ActionButton denial={denial} onPress={onPress}>
        Build image
      </ActionButton>
    );
    const { rerender } = render(button(undefined));
    act(() => screen.getByRole('button').focus());
    rerender(button({ reason: 'You are no member.' }));
    expect(screen.getByRole('button')).toHaveFocus();
    expect(screen.getByRole('button')).toHaveAccessibleDescription(
      'You are no member.',
    );
    await userEvent.keyboard('{Enter}');
    expect(onPress).not.toHaveBeenCalled();
    rerender(button(undefined));
    expect(screen.getByRole('button')).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(onPress).toHaveBeenCalledTimes(1);
  });
});
