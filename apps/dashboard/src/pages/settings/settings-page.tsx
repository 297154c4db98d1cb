import { useTitle } from '../../shell/title.js';

export function SettingsPage() {
  useTitle('Settings');
  return <h1>Settings</h1>;
}
