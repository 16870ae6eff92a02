import styles from './QueryRoot.module.css';

/**
 * The class of an element within which secondary text can be read in both
 * themes. What is rendered outside the page, such as a dialog, needs it again.
 */
export const readable = styles.readable;
