import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { LongText } from './LongText';

describe('LongText', () => {
  it('shows a short text as it is', async () => {
    renderInTestApp(<LongText text="EDITION=gold" />);
    expect(await screen.findByText('EDITION=gold')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('cuts a long one until somebody wants to see all', async () => {
    const text = 'x'.repeat(3_000);
    renderInTestApp(<LongText text={text} />);
    const place = (await screen.findByText(text)).parentElement;
    expect(place).toHaveClass('cut');
    await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(place).not.toHaveClass('cut');
    await userEvent.click(screen.getByRole('button', { name: 'Show less' }));
    expect(place).toHaveClass('cut');
  });
});
