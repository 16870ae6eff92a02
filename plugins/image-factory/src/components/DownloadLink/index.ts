export { DownloadFailed } from './DownloadFailed';
export { DownloadLink } from './DownloadLink';
export { useDownload } from './useDownload';
