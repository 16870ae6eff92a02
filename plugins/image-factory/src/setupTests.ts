import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A page shows what it has asked for within a second, but not on a busy machine.
// jsdom lays nothing out, so it has nothing to scroll into view.
Element.prototype.scrollIntoView = () => {};

configure({ asyncUtilTimeout: 15_000 });
