/** Something that the user can mend: the cause and the next step, in words. */
export class Problem extends Error {
  constructor(cause, nextStep, evidence) {
    super(
      [`${cause}.`, `Next step: ${nextStep}.`, evidence]
        .filter(Boolean)
        .join('\n'),
    );
    this.name = 'Problem';
  }
}
