/** Where the tab Images stands below the page of an entity; a tab has no route ref of its own. */
export const IMAGES_TAB_PATH = 'images';

/** In the address of the tab it opens the dialog Build image, so that menus and links can lead there. */
export const BUILD_DIALOG_PARAMETER = 'build';
