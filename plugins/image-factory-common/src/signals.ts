/**
 * The signal channel on which the backend hints that something of a build has
 * changed. A hint only: whoever hears it reads again through the API.
 *
 * @public
 */
export const BUILDS_SIGNAL_CHANNEL = 'image-factory:builds';

/**
 * What is sent on {@link BUILDS_SIGNAL_CHANNEL}. Everybody who is signed in
 * hears it, whatever they may see, so it names the build by its id alone.
 *
 * @public
 */
export type BuildsSignal = {
  buildId: string;
  /** `build`: status, steps or artifacts have changed; `log`: bytes were added to a log. */
  change: 'build' | 'log';
};
