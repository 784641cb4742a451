import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { z } from 'zod';
import { create } from 'zustand';
import { usePreference } from '../connection/preferences.ts';

export const densities = ['compact', 'comfortable'] as const;
export type Density = (typeof densities)[number];
export const themes = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof themes)[number];

/** Row heights in pixels. */
export const rowHeights: Readonly<Record<Density, number>> = { compact: 28, comfortable: 34 };

const densityKey = 'bindery.density';
const remembered = localStorage.getItem(densityKey);

export const useDensity = create<{ density: Density }>()(() => ({
  density: densities.find((density) => density === remembered) ?? 'comfortable',
}));

function applyDensity(density: Density): void {
  localStorage.setItem(densityKey, density);
  useDensity.setState({ density });
}

const appearanceSchema = z.object({ theme: z.enum(themes), density: z.enum(densities) });

/** Theme and row density, remembered by the page (for the next start) and by the service (for the operator). */
export function useAppearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useDensity((state) => state.density);
  const [stored, store] = usePreference('appearance', appearanceSchema.nullable(), null);
  return {
    theme: colorScheme,
    density,
    stored,
    setTheme(theme: Theme) {
      setColorScheme(theme);
      store({ theme, density });
    },
    setDensity(next: Density) {
      applyDensity(next);
      store({ theme: colorScheme, density: next });
    },
  };
}

/** Applies what the service remembers of the operator, once it is known. */
export function useStoredAppearance(): void {
  const { setColorScheme } = useMantineColorScheme();
  const [stored] = usePreference('appearance', appearanceSchema.nullable(), null);
  useEffect(() => {
    if (!stored) return;
    setColorScheme(stored.theme);
    applyDensity(stored.density);
  }, [stored, setColorScheme]);
}
