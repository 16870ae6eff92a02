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

  it('shows a reason for all to read where it is told to', async () => {
    render(
      <ActionButton denial={{ reason: 'You are no member.' }} showsReason>
        Build image
      </ActionButton>,
    );
    expect(screen.getByText('You are no member.')).toBeVisible();
    const button = screen.getByRole('button');
    expect(button).toHaveAccessibleDescription('You are no member.');
    await userEvent.tab();
    expect(button).toHaveFocus();
    expect(screen.queryByRole('tooltip')).not.toBeInTheDocument();
  });

  it('tells what it does, on focus too, unless it is denied', async () => {
    const button = (denial?: { reason: string }) => (
      <ActionButton denial={denial} hint="Runs it once more.">
        Retry
      </ActionButton>
    );
    const { rerender } = render(button());
    expect(screen.getByRole('button')).toHaveAccessibleDescription(
      'Runs it once more.',
    );
    await userEvent.tab();
    expect(await screen.findByRole('tooltip')).toHaveTextContent(
      'Runs it once more.',
    );
    rerender(button({ reason: 'You are no member.' }));
    expect(screen.getByRole('button')).toHaveAccessibleDescription(
      'You are no member.',
    );
  });
});
