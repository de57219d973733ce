//! Who the controller is.

use firmware_proto::SiteId;
use firmware_proto::trust::SiteKey;

/// Who the controller is.
#[derive(Debug)]
pub struct Identity {
    /// Its site.
    pub site: SiteId,
    /// The site's secret.
    pub key: SiteKey,
}
