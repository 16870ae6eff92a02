import { documentedSteps } from './documentedSteps.mjs';

/** The portals that create-app makes: one on each frontend system. */
export function variants() {
  const steps = documentedSteps();
  return [
    {
      name: 'new',
      title: 'new frontend system',
      createOptions: [],
      steps: [...steps.backend, ...steps.new],
    },
    {
      name: 'classic',
      title: 'classic frontend system',
      createOptions: ['--legacy'],
      steps: [...steps.backend, ...steps.classic, ...steps.classicMenu],
    },
  ];
}
