export * from './DownloadLink';
