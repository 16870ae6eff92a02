/** Where the tab Images stands below the page of an entity; a tab has no route ref of its own. */
export const IMAGES_TAB_PATH = 'images';
