/** How much a calibration was learnt from: distinct episodes, and the incidents of the bad. */
export interface CalibrationSize {
  badEpisodes: number;
  /** As many episodes, each of an incident of its own, would tell as much; at most badEpisodes. */
  independentBadEpisodes: number;
  goodEpisodes: number;
  /** Likewise, each of a sender of its own; at most goodEpisodes. Absent in curves of fits before version 4: they are believed as they are. */
  independentGoodEpisodes?: number;
  incidents: number;
}
