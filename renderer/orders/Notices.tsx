import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { attentions } from '../../shared/domain/orders/attention.ts';
import { Section } from '../components/pane/Section.tsx';
import { useNotices } from './notify-desktop.ts';

/** Which needs of orders the desktop tells of, while Bindery is in the background. */
export function Notices() {
  const { t } = useTranslation('orders');
  const [wanted, choose] = useNotices();
  const toggle = (reason: (typeof attentions)[number], isOn: boolean) => {
    if (isOn && 'Notification' in window && Notification.permission === 'default')
      void Notification.requestPermission();
    choose(attentions.filter((each) => (each === reason ? isOn : wanted.includes(each))));
  };
  return (
    <Section title={t('notices.chosen')}>
      <p className="quiet">{t('notices.hint')}</p>
      <div className="notice-choices">
        {attentions.map((reason) => (
          <Checkbox
            key={reason}
            size="xs"
            label={t(`attention.${reason}`)}
            checked={wanted.includes(reason)}
            onChange={(event) => toggle(reason, event.currentTarget.checked)}
            data-testid={`notice-${reason}`}
          />
        ))}
      </div>
    </Section>
  );
}
