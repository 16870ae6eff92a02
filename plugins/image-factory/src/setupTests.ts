import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A page shows what it has asked for within a second, but not on a busy machine.
configure({ asyncUtilTimeout: 15_000 });
