import { useComputedColorScheme } from '@mantine/core';
import { type Theme, themeQuartz } from 'ag-grid-community';

const make = (browserColorScheme: 'light' | 'dark'): Theme =>
  themeQuartz.withParams({
    browserColorScheme,
    fontFamily: 'var(--font)',
    fontSize: 13,
    dataFontSize: 13,
    headerFontSize: 12,
    headerFontWeight: 600,
    headerTextColor: 'var(--dim)',
    headerBackgroundColor: 'var(--panel)',
    backgroundColor: 'var(--panel)',
    foregroundColor: 'var(--ink)',
    textColor: 'var(--ink)',
    borderColor: 'var(--line)',
    accentColor: 'var(--accent)',
    rowHoverColor: 'var(--row)',
    selectedRowBackgroundColor: 'var(--sel)',
    rangeSelectionBorderColor: 'var(--accent)',
    wrapperBorder: false,
    wrapperBorderRadius: 0,
    borderRadius: 0,
    headerHeight: 30,
    cellHorizontalPadding: 9,
    headerColumnResizeHandleColor: 'var(--line)',
    columnBorder: false,
    focusShadow: 'none',
  });

const light = make('light');
const dark = make('dark');

/** AG Grid's theme in our colours; the scheme is passed on so that scroll bars and inputs follow it too. */
export function useGridTheme(): Theme {
  return useComputedColorScheme('light') === 'dark' ? dark : light;
}
