import { render, screen } from '@testing-library/react';
import App from './App';

// The first render compiles the whole app.
jest.setTimeout(60_000);

describe('App', () => {
  it('says so when the guest cannot be signed in, and shows nothing else', async () => {
    process.env = {
      NODE_ENV: 'test',
      APP_CONFIG: [
        {
          context: 'test',
          data: {
            app: { title: 'Image Factory', baseUrl: 'http://localhost:7007' },
            backend: { baseUrl: 'http://localhost:7007' },
          },
        },
      ] as unknown as string,
    };
    render(App.createRoot());
    expect(
      await screen.findByText(
        /You do not appear to be signed in/,
        {},
        { timeout: 50_000 },
      ),
    ).toBeInTheDocument();
  });
});
