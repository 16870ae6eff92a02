/** Something that the user can mend: the cause, the next step, and what was seen. */
export class Problem extends Error {
  constructor(cause: string, nextStep: string, evidence?: string) {
    super(
      [`${cause}.`, `Next step: ${nextStep}.`, evidence?.trim()]
        .filter(Boolean)
        .join('\n'),
    );
    this.name = 'Problem';
  }
}
