import { errorSentence } from '.';

describe('errorSentence', () => {
  it.each([
    ['Failed to fetch', 'Failed to fetch.'],
    ['The queue is full.', 'The queue is full.'],
    ['Is it there?', 'Is it there?'],
    ['It says “no.”', 'It says “no.”'],
    ['It ended \n', 'It ended.'],
  ])('ends %j as a sentence', (message, sentence) => {
    expect(errorSentence(new Error(message))).toBe(sentence);
  });
});
