export const pluginId = 'image-factory';
