"""The names that model classes of well-known packages give to what derives from them.

Made by scripts/package_bases.py, which asks Django for them in several releases of each package.
``PACKAGE_NAMES`` and ``PACKAGE_FIELDS`` are all. Data only.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "django_extensions.db.models.ActivatorModel": (
            "ACTIVE_STATUS INACTIVE_STATUS STATUS_CHOICES activate_date deactivate_date "
            "get_status_display status "
        ),
        "django_extensions.db.models.TimeStampedModel": (
            "created get_next_by_created get_next_by_modified get_previous_by_created "
            "get_previous_by_modified modified "
        ),
        "django_extensions.db.models.TitleDescriptionModel": ("description title "),
        "django_extensions.db.models.TitleSlugDescriptionModel": ("description slug title "),
        "django_lifecycle.LifecycleModel": ("has_changed initial_value "),
        "django_lifecycle.LifecycleModelMixin": ("has_changed initial_value "),
        "django_lifecycle.mixins.LifecycleModel": ("has_changed initial_value "),
        "django_lifecycle.mixins.LifecycleModelMixin": ("has_changed initial_value "),
        "django_lifecycle.models.LifecycleModel": ("has_changed initial_value "),
        "django_lifecycle.models.LifecycleModelMixin": ("has_changed initial_value "),
        "guardian.mixins.GuardianUserMixin": ("add_obj_perm del_obj_perm get_anonymous "),
        "model_utils.models.SoftDeletableModel": ("all_objects available_objects is_removed "),
        "model_utils.models.TimeFramedModel": ("end start timeframed "),
        "model_utils.models.TimeStampedModel": (
            "created get_next_by_created get_next_by_modified get_previous_by_created "
            "get_previous_by_modified modified "
        ),
        "model_utils.models.UUIDModel": "",
        "modelcluster.models.ClusterableModel": (
            "copy_all_child_relations copy_child_relation copy_cluster from_json "
            "from_serializable_data serializable_data to_json "
        ),
        "mptt.models.MPTTModel": (
            "get_ancestors get_children get_descendant_count get_descendants get_family "
            "get_leafnodes get_level get_next_sibling get_previous_sibling get_root get_siblings "
            "insert_at is_ancestor_of is_child_node is_descendant_of is_leaf_node is_root_node "
            "level lft move_to rght tree_id "
        ),
        "ordered_model.models.OrderedModel": (
            "above below bottom down get_order_with_respect_to get_ordering_queryset next order "
            "order_class_path order_field_name order_with_respect_to previous swap to top up "
        ),
        "ordered_model.models.OrderedModelBase": (
            "above below bottom down get_order_with_respect_to get_ordering_queryset next "
            "order_class_path order_field_name order_with_respect_to previous swap to top up "
        ),
        "polymorphic.models.PolymorphicModel": (
            "get_real_concrete_instance_class get_real_concrete_instance_class_id "
            "get_real_instance get_real_instance_class polymorphic_ctype polymorphic_ctype_id "
            "polymorphic_internal_model_fields polymorphic_model_marker "
            "polymorphic_primary_key_name polymorphic_query_multiline_output pre_save_polymorphic "
            "translate_polymorphic_Q_object "
        ),
        "safedelete.models.SafeDeleteMixin": (
            "all_objects deleted deleted_by_cascade deleted_objects "
            "hard_delete_cascade_policy_action hard_delete_policy_action has_unique_fields "
            "soft_delete_cascade_policy_action soft_delete_policy_action undelete "
        ),
        "safedelete.models.SafeDeleteModel": (
            "all_objects deleted deleted_by_cascade deleted_objects "
            "hard_delete_cascade_policy_action hard_delete_policy_action has_unique_fields "
            "soft_delete_cascade_policy_action soft_delete_policy_action undelete "
        ),
        "solo.models.SingletonModel": (
            "clear_cache get_cache_key get_solo set_to_cache singleton_instance_id "
        ),
        "taggit.models.CommonGenericTaggedItemBase": (
            "content_object content_type content_type_id lookup_kwargs natural_key tag_model "
            "tag_relname tags_for wagtail_reference_index_ignore "
        ),
        "taggit.models.GenericTaggedItemBase": (
            "content_object content_type content_type_id lookup_kwargs natural_key "
            "natural_key_fields object_id tag_model tag_relname tags_for "
            "wagtail_reference_index_ignore "
        ),
        "taggit.models.ItemBase": (
            "lookup_kwargs natural_key tag_model tag_relname tags_for "
            "wagtail_reference_index_ignore "
        ),
        "taggit.models.TagBase": ("name natural_key natural_key_fields slug slugify "),
        "taggit.models.TaggedItemBase": (
            "lookup_kwargs natural_key tag tag_id tag_model tag_relname tags_for "
            "wagtail_reference_index_ignore "
        ),
        "treebeard.al_tree.AL_Node": (
            "MOVENODE_FORM_EXCLUDED_FIELDS TREEBEARD_IDENTIFYING_FIELD add_child add_root "
            "add_sibling dump_bulk find_problems fix_tree get_ancestors get_annotated_list "
            "get_annotated_list_qs get_children get_children_count get_depth get_descendant_count "
            "get_descendants get_descendants_group_count get_first_child get_first_root_node "
            "get_first_sibling get_last_child get_last_root_node get_last_sibling "
            "get_next_sibling get_parent get_prev_sibling get_root get_root_nodes get_siblings "
            "get_tree is_child_of is_descendant_of is_leaf is_root is_sibling_of load_bulk move "
            "node_order_by "
        ),
        "treebeard.mp_tree.MP_Node": (
            "MOVENODE_FORM_EXCLUDED_FIELDS TREEBEARD_IDENTIFYING_FIELD add_child add_root "
            "add_sibling alphabet depth dump_bulk find_problems fix_tree get_ancestors "
            "get_annotated_list get_annotated_list_qs get_children get_children_count get_depth "
            "get_descendant_count get_descendants get_descendants_group_count get_first_child "
            "get_first_root_node get_first_sibling get_last_child get_last_root_node "
            "get_last_sibling get_next_sibling get_parent get_prev_sibling get_root "
            "get_root_nodes get_siblings get_tree is_child_of is_descendant_of is_leaf is_root "
            "is_sibling_of load_bulk move node_order_by numchild numconv_obj numconv_obj_ path "
            "steplen "
        ),
        "treebeard.ns_tree.NS_Node": (
            "MOVENODE_FORM_EXCLUDED_FIELDS TREEBEARD_IDENTIFYING_FIELD add_child add_root "
            "add_sibling depth dump_bulk find_problems fix_tree get_ancestors get_annotated_list "
            "get_annotated_list_qs get_children get_children_count get_depth get_descendant_count "
            "get_descendants get_descendants_group_count get_first_child get_first_root_node "
            "get_first_sibling get_last_child get_last_root_node get_last_sibling "
            "get_next_sibling get_parent get_prev_sibling get_root get_root_nodes get_siblings "
            "get_tree is_child_of is_descendant_of is_leaf is_root is_sibling_of lft load_bulk "
            "move node_order_by rgt tree_id "
        ),
        "wagtail.contrib.forms.models.AbstractEmailForm": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES MOVENODE_FORM_EXCLUDED_FIELDS "
            "PERMISSION_CODENAMES TREEBEARD_IDENTIFYING_FIELD add_child add_root add_sibling "
            "admin_default_ordering ajax_template alias_of alias_of_id aliases "
            "allowed_http_method_names allowed_http_methods allowed_parent_page_models "
            "allowed_subpage_models alphabet approved_schedule base_form_class base_page_model "
            "cache_key cached_content_type can_create_at can_exist_under can_move_to "
            "check_request_method clean_parent_page_models clean_subpage_models content_panels "
            "content_type content_type_id context_object_name copy copy_all_child_relations "
            "copy_child_relation copy_cluster copy_for_translation creatable_subpage_models "
            "create_alias current_workflow_state current_workflow_task "
            "current_workflow_task_state default_exclude_fields_in_copy default_preview_mode "
            "default_preview_size depth draft_title dump_bulk exclude_fields_in_copy expire_at "
            "expired find_for_request find_problems first_published_at fix_tree form_builder "
            "formsubmission formsubmission_set from_address from_json from_serializable_data "
            "full_url get_admin_default_ordering get_admin_display_title get_ancestors "
            "get_annotated_list get_annotated_list_qs get_autocomplete_search_fields "
            "get_base_content_type get_base_page get_cache_key_components get_cached_paths "
            "get_children get_children_count get_content_type get_context get_data_fields "
            "get_database_vendor get_default_locale get_default_privacy_setting "
            "get_default_workflow get_depth get_descendant_count get_descendants "
            "get_descendants_group_count get_edit_handler get_filterable_search_fields "
            "get_first_child get_first_root_node get_first_sibling get_foreign_keys get_form "
            "get_form_class get_form_fields get_form_parameters get_full_url get_indexed_instance "
            "get_indexed_objects get_landing_page_template get_last_child get_last_root_node "
            "get_last_sibling get_latest_revision get_latest_revision_as_object get_lock "
            "get_next_sibling get_next_siblings get_page_description get_parent get_prev_sibling "
            "get_prev_siblings get_preview_context get_preview_template get_root get_root_nodes "
            "get_route_paths get_scheduled_revision_as_object get_search_fields "
            "get_searchable_search_fields get_siblings get_site get_sitemap_urls "
            "get_sorted_pos_queryset get_specific get_streamfield_names get_submission_class "
            "get_submissions get_submissions_list_view_class get_template get_translation "
            "get_translation_model get_translation_or_none get_translations get_tree get_url "
            "get_url_parts get_verbose_name get_view_restrictions get_workflow go_live_at "
            "group_permissions handle_options_request has_translation has_unpublished_changes "
            "has_unpublished_subtree has_workflow index_entries indexed_get_content_type "
            "indexed_get_parent indexed_get_toplevel_content_type is_child_of is_creatable "
            "is_descendant_of is_leaf is_navigable is_previewable is_root is_sibling_of "
            "is_site_root last_published_at latest_revision latest_revision_created_at "
            "latest_revision_id live live_revision live_revision_id load_bulk locale locale_id "
            "localized localized_draft locked locked_at locked_by locked_by_id made0 made16 "
            "make_preview_request max_count max_count_per_parent minimal_clean move natural_key "
            "node_order_by numchild numconv_obj numconv_obj_ owner owner_id page_ptr page_ptr_id "
            "page_type_display_name password_required_template path permission_codenames "
            "permission_types permissions_for_user preview_modes preview_sizes "
            "private_page_options process_form_submission promote_panels publish redirect "
            "redirect_set relative_url render_email render_landing_page revisions route "
            "route_for_request save_revision scheduled_revision search_description search_fields "
            "searchpromotion searchpromotion_set send_mail seo_title serializable_data serve "
            "serve_password_required_response serve_preview serve_submissions_list_view "
            "set_url_path settings_panels show_in_menus show_in_menus_default sites_rooted_here "
            "slug specific specific_class specific_deferred status_string steplen subject "
            "submissions_list_view_class subscribers template title to_address to_json "
            "translation_key tree_model unpublish update_aliases url url_path view_restrictions "
            "wagtail_admin_comments with_content_json workflow_in_progress workflow_states "
            "workflowpage "
        ),
        "wagtail.contrib.forms.models.AbstractForm": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES MOVENODE_FORM_EXCLUDED_FIELDS "
            "PERMISSION_CODENAMES TREEBEARD_IDENTIFYING_FIELD add_child add_root add_sibling "
            "admin_default_ordering ajax_template alias_of alias_of_id aliases "
            "allowed_http_method_names allowed_http_methods allowed_parent_page_models "
            "allowed_subpage_models alphabet approved_schedule base_form_class base_page_model "
            "cache_key cached_content_type can_create_at can_exist_under can_move_to "
            "check_request_method clean_parent_page_models clean_subpage_models content_panels "
            "content_type content_type_id context_object_name copy copy_all_child_relations "
            "copy_child_relation copy_cluster copy_for_translation creatable_subpage_models "
            "create_alias current_workflow_state current_workflow_task "
            "current_workflow_task_state default_exclude_fields_in_copy default_preview_mode "
            "default_preview_size depth draft_title dump_bulk exclude_fields_in_copy expire_at "
            "expired find_for_request find_problems first_published_at fix_tree form_builder "
            "formsubmission formsubmission_set from_json from_serializable_data full_url "
            "get_admin_default_ordering get_admin_display_title get_ancestors get_annotated_list "
            "get_annotated_list_qs get_autocomplete_search_fields get_base_content_type "
            "get_base_page get_cache_key_components get_cached_paths get_children "
            "get_children_count get_content_type get_context get_data_fields get_database_vendor "
            "get_default_locale get_default_privacy_setting get_default_workflow get_depth "
            "get_descendant_count get_descendants get_descendants_group_count get_edit_handler "
            "get_filterable_search_fields get_first_child get_first_root_node get_first_sibling "
            "get_foreign_keys get_form get_form_class get_form_fields get_form_parameters "
            "get_full_url get_indexed_instance get_indexed_objects get_landing_page_template "
            "get_last_child get_last_root_node get_last_sibling get_latest_revision "
            "get_latest_revision_as_object get_lock get_next_sibling get_next_siblings "
            "get_page_description get_parent get_prev_sibling get_prev_siblings "
            "get_preview_context get_preview_template get_root get_root_nodes get_route_paths "
            "get_scheduled_revision_as_object get_search_fields get_searchable_search_fields "
            "get_siblings get_site get_sitemap_urls get_sorted_pos_queryset get_specific "
            "get_streamfield_names get_submission_class get_submissions "
            "get_submissions_list_view_class get_template get_translation get_translation_model "
            "get_translation_or_none get_translations get_tree get_url get_url_parts "
            "get_verbose_name get_view_restrictions get_workflow go_live_at group_permissions "
            "handle_options_request has_translation has_unpublished_changes "
            "has_unpublished_subtree has_workflow index_entries indexed_get_content_type "
            "indexed_get_parent indexed_get_toplevel_content_type is_child_of is_creatable "
            "is_descendant_of is_leaf is_navigable is_previewable is_root is_sibling_of "
            "is_site_root last_published_at latest_revision latest_revision_created_at "
            "latest_revision_id live live_revision live_revision_id load_bulk locale locale_id "
            "localized localized_draft locked locked_at locked_by locked_by_id made0 "
            "make_preview_request max_count max_count_per_parent minimal_clean move natural_key "
            "node_order_by numchild numconv_obj numconv_obj_ owner owner_id page_ptr page_ptr_id "
            "page_type_display_name password_required_template path permission_codenames "
            "permission_types permissions_for_user preview_modes preview_sizes "
            "private_page_options process_form_submission promote_panels publish redirect "
            "redirect_set relative_url render_landing_page revisions route route_for_request "
            "save_revision scheduled_revision search_description search_fields searchpromotion "
            "searchpromotion_set seo_title serializable_data serve "
            "serve_password_required_response serve_preview serve_submissions_list_view "
            "set_url_path settings_panels show_in_menus show_in_menus_default sites_rooted_here "
            "slug specific specific_class specific_deferred status_string steplen "
            "submissions_list_view_class subscribers template title to_json translation_key "
            "tree_model unpublish update_aliases url url_path view_restrictions "
            "wagtail_admin_comments with_content_json workflow_in_progress workflow_states "
            "workflowpage "
        ),
        "wagtail.contrib.forms.models.AbstractFormField": (
            "api_fields choices clean_name default_value field_type get_field_clean_name "
            "get_field_type_display help_text label panels required sort_order sort_order_field "
        ),
        "wagtail.contrib.forms.models.AbstractFormSubmission": (
            "form_data get_data get_next_by_submit_time get_previous_by_submit_time page page_id "
            "submit_time "
        ),
        "wagtail.contrib.forms.models.FormMixin": (
            "base_form_class form_builder get_data_fields get_form get_form_class get_form_fields "
            "get_form_parameters get_landing_page_template get_preview_context "
            "get_submission_class get_submissions get_submissions_list_view_class preview_modes "
            "process_form_submission render_landing_page serve serve_preview "
            "serve_submissions_list_view submissions_list_view_class "
        ),
        "wagtail.contrib.settings.models.BaseGenericSetting": (
            "base_queryset get_cache_attr_name get_page_url get_permission_policy load page_url "
            "select_related "
        ),
        "wagtail.contrib.settings.models.BaseSiteSetting": (
            "base_queryset for_request for_site get_cache_attr_name get_page_url "
            "get_permission_policy page_url select_related site site_id "
        ),
        "wagtail.core.models.BootstrapTranslatableMixin": (
            "copy_for_translation get_default_locale get_translation get_translation_model "
            "get_translation_or_none get_translations has_translation locale locale_id localized "
            "localized_draft translation_key "
        ),
        "wagtail.core.models.CollectionMember": ("collection collection_id search_fields "),
        "wagtail.core.models.DraftStateMixin": (
            "approved_schedule expire_at expired first_published_at get_latest_revision_as_object "
            "get_lock get_scheduled_revision_as_object go_live_at has_unpublished_changes "
            "last_published_at live live_revision live_revision_id publish scheduled_revision "
            "status_string unpublish with_content_json "
        ),
        "wagtail.core.models.LockableMixin": (
            "get_lock locked locked_at locked_by locked_by_id with_content_json "
        ),
        "wagtail.core.models.Orderable": ("sort_order sort_order_field "),
        "wagtail.core.models.Page": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES MOVENODE_FORM_EXCLUDED_FIELDS "
            "PERMISSION_CODENAMES TREEBEARD_IDENTIFYING_FIELD add_child add_root add_sibling "
            "admin_default_ordering ajax_template alias_of alias_of_id aliases "
            "allowed_http_method_names allowed_http_methods allowed_parent_page_models "
            "allowed_subpage_models alphabet approved_schedule base_form_class base_page_model "
            "cache_key cached_content_type can_create_at can_exist_under can_move_to "
            "check_request_method clean_parent_page_models clean_subpage_models content_panels "
            "content_type content_type_id context_object_name copy copy_all_child_relations "
            "copy_child_relation copy_cluster copy_for_translation creatable_subpage_models "
            "create_alias current_workflow_state current_workflow_task "
            "current_workflow_task_state default_exclude_fields_in_copy default_preview_mode "
            "default_preview_size depth draft_title dump_bulk exclude_fields_in_copy expire_at "
            "expired find_for_request find_problems first_published_at fix_tree formsubmission "
            "formsubmission_set from_json from_serializable_data full_url "
            "get_admin_default_ordering get_admin_display_title get_ancestors get_annotated_list "
            "get_annotated_list_qs get_autocomplete_search_fields get_base_content_type "
            "get_base_page get_cache_key_components get_cached_paths get_children "
            "get_children_count get_content_type get_context get_database_vendor "
            "get_default_locale get_default_privacy_setting get_default_workflow get_depth "
            "get_descendant_count get_descendants get_descendants_group_count get_edit_handler "
            "get_filterable_search_fields get_first_child get_first_root_node get_first_sibling "
            "get_foreign_keys get_full_url get_indexed_instance get_indexed_objects "
            "get_last_child get_last_root_node get_last_sibling get_latest_revision "
            "get_latest_revision_as_object get_lock get_next_sibling get_next_siblings "
            "get_page_description get_parent get_prev_sibling get_prev_siblings "
            "get_preview_context get_preview_template get_root get_root_nodes get_route_paths "
            "get_scheduled_revision_as_object get_search_fields get_searchable_search_fields "
            "get_siblings get_site get_sitemap_urls get_sorted_pos_queryset get_specific "
            "get_streamfield_names get_template get_translation get_translation_model "
            "get_translation_or_none get_translations get_tree get_url get_url_parts "
            "get_verbose_name get_view_restrictions get_workflow go_live_at group_permissions "
            "handle_options_request has_translation has_unpublished_changes "
            "has_unpublished_subtree has_workflow index_entries indexed_get_content_type "
            "indexed_get_parent indexed_get_toplevel_content_type is_child_of is_creatable "
            "is_descendant_of is_leaf is_navigable is_previewable is_root is_sibling_of "
            "is_site_root last_published_at latest_revision latest_revision_created_at "
            "latest_revision_id live live_revision live_revision_id load_bulk locale locale_id "
            "localized localized_draft locked locked_at locked_by locked_by_id "
            "make_preview_request max_count max_count_per_parent minimal_clean move natural_key "
            "node_order_by numchild numconv_obj numconv_obj_ owner owner_id page_ptr page_ptr_id "
            "page_type_display_name password_required_template path permission_codenames "
            "permission_types permissions_for_user preview_modes preview_sizes "
            "private_page_options promote_panels publish redirect redirect_set relative_url "
            "revisions route route_for_request save_revision scheduled_revision "
            "search_description search_fields searchpromotion searchpromotion_set seo_title "
            "serializable_data serve serve_password_required_response serve_preview set_url_path "
            "settings_panels show_in_menus show_in_menus_default sites_rooted_here slug specific "
            "specific_class specific_deferred status_string steplen subscribers template title "
            "to_json translation_key tree_model unpublish update_aliases url url_path "
            "view_restrictions wagtail_admin_comments with_content_json workflow_in_progress "
            "workflow_states workflowpage "
        ),
        "wagtail.core.models.PreviewableMixin": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES default_preview_mode "
            "default_preview_size full_url get_full_url get_preview_context get_preview_template "
            "is_previewable make_preview_request preview_modes preview_sizes serve_preview "
        ),
        "wagtail.core.models.RevisionMixin": (
            "default_exclude_fields_in_copy from_serializable_data get_base_content_type "
            "get_content_type get_latest_revision get_latest_revision_as_object latest_revision "
            "latest_revision_id revisions save_revision serializable_data with_content_json "
        ),
        "wagtail.core.models.TranslatableMixin": (
            "copy_for_translation get_default_locale get_translation get_translation_model "
            "get_translation_or_none get_translations has_translation locale locale_id localized "
            "localized_draft translation_key "
        ),
        "wagtail.core.models.WorkflowMixin": (
            "current_workflow_state current_workflow_task current_workflow_task_state "
            "get_default_workflow get_lock get_workflow has_workflow status_string "
            "workflow_in_progress workflow_states "
        ),
        "wagtail.documents.models.AbstractDocument": (
            "collection collection_id content_disposition content_type created_at file "
            "file_extension file_hash file_size filename get_autocomplete_search_fields "
            "get_file_hash get_file_size get_filterable_search_fields get_indexed_instance "
            "get_indexed_objects get_next_by_created_at get_previous_by_created_at "
            "get_search_fields get_searchable_search_fields get_usage indexed_get_content_type "
            "indexed_get_parent indexed_get_toplevel_content_type is_editable_by_user "
            "is_stored_locally open_file search_fields tagged_items tags title uploaded_by_user "
            "uploaded_by_user_id url usage_url "
        ),
        "wagtail.images.models.AbstractImage": (
            "clean_filter_for_svg collection collection_id create_rendition create_renditions "
            "created_at default_alt_text description file file_hash file_size filename "
            "find_existing_rendition find_existing_renditions focal_point_height "
            "focal_point_width focal_point_x focal_point_y generate_rendition_file "
            "generate_rendition_instance get_autocomplete_search_fields get_file_hash "
            "get_file_size get_filterable_search_fields get_focal_point get_indexed_instance "
            "get_indexed_objects get_next_by_created_at get_previous_by_created_at get_rect "
            "get_rendition get_rendition_model get_renditions get_search_fields "
            "get_searchable_search_fields get_suggested_focal_point get_upload_to get_usage "
            "get_willow_image has_focal_point height indexed_get_content_type indexed_get_parent "
            "indexed_get_toplevel_content_type is_editable_by_user is_landscape is_portrait "
            "is_stored_locally is_svg open_file search_fields set_focal_point tagged_items tags "
            "title uploaded_by_user uploaded_by_user_id usage_url width "
        ),
        "wagtail.images.models.AbstractRendition": (
            "alt attrs attrs_dict background_position_style background_position_x "
            "background_position_y cache_backend construct_cache_key file filter filter_spec "
            "focal_point focal_point_key full_url get_cache_key get_file_size get_upload_to "
            "get_willow_image height img_tag is_stored_locally open_file purge_from_cache url "
            "wagtail_reference_index_ignore width "
        ),
        "wagtail.models.BootstrapTranslatableMixin": (
            "copy_for_translation get_default_locale get_translation get_translation_model "
            "get_translation_or_none get_translations has_translation locale locale_id localized "
            "localized_draft translation_key "
        ),
        "wagtail.models.CollectionMember": ("collection collection_id search_fields "),
        "wagtail.models.DraftStateMixin": (
            "approved_schedule expire_at expired first_published_at get_latest_revision_as_object "
            "get_lock get_scheduled_revision_as_object go_live_at has_unpublished_changes "
            "last_published_at live live_revision live_revision_id publish scheduled_revision "
            "status_string unpublish with_content_json "
        ),
        "wagtail.models.LockableMixin": (
            "get_lock locked locked_at locked_by locked_by_id with_content_json "
        ),
        "wagtail.models.Orderable": ("sort_order sort_order_field "),
        "wagtail.models.Page": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES MOVENODE_FORM_EXCLUDED_FIELDS "
            "PERMISSION_CODENAMES TREEBEARD_IDENTIFYING_FIELD add_child add_root add_sibling "
            "admin_default_ordering ajax_template alias_of alias_of_id aliases "
            "allowed_http_method_names allowed_http_methods allowed_parent_page_models "
            "allowed_subpage_models alphabet approved_schedule base_form_class base_page_model "
            "cache_key cached_content_type can_create_at can_exist_under can_move_to "
            "check_request_method clean_parent_page_models clean_subpage_models content_panels "
            "content_type content_type_id context_object_name copy copy_all_child_relations "
            "copy_child_relation copy_cluster copy_for_translation creatable_subpage_models "
            "create_alias current_workflow_state current_workflow_task "
            "current_workflow_task_state default_exclude_fields_in_copy default_preview_mode "
            "default_preview_size depth draft_title dump_bulk exclude_fields_in_copy expire_at "
            "expired find_for_request find_problems first_published_at fix_tree formsubmission "
            "formsubmission_set from_json from_serializable_data full_url "
            "get_admin_default_ordering get_admin_display_title get_ancestors get_annotated_list "
            "get_annotated_list_qs get_autocomplete_search_fields get_base_content_type "
            "get_base_page get_cache_key_components get_cached_paths get_children "
            "get_children_count get_content_type get_context get_database_vendor "
            "get_default_locale get_default_privacy_setting get_default_workflow get_depth "
            "get_descendant_count get_descendants get_descendants_group_count get_edit_handler "
            "get_filterable_search_fields get_first_child get_first_root_node get_first_sibling "
            "get_foreign_keys get_full_url get_indexed_instance get_indexed_objects "
            "get_last_child get_last_root_node get_last_sibling get_latest_revision "
            "get_latest_revision_as_object get_lock get_next_sibling get_next_siblings "
            "get_page_description get_parent get_prev_sibling get_prev_siblings "
            "get_preview_context get_preview_template get_root get_root_nodes get_route_paths "
            "get_scheduled_revision_as_object get_search_fields get_searchable_search_fields "
            "get_siblings get_site get_sitemap_urls get_sorted_pos_queryset get_specific "
            "get_streamfield_names get_template get_translation get_translation_model "
            "get_translation_or_none get_translations get_tree get_url get_url_parts "
            "get_verbose_name get_view_restrictions get_workflow go_live_at group_permissions "
            "handle_options_request has_translation has_unpublished_changes "
            "has_unpublished_subtree has_workflow index_entries indexed_get_content_type "
            "indexed_get_parent indexed_get_toplevel_content_type is_child_of is_creatable "
            "is_descendant_of is_leaf is_navigable is_previewable is_root is_sibling_of "
            "is_site_root last_published_at latest_revision latest_revision_created_at "
            "latest_revision_id live live_revision live_revision_id load_bulk locale locale_id "
            "localized localized_draft locked locked_at locked_by locked_by_id "
            "make_preview_request max_count max_count_per_parent minimal_clean move natural_key "
            "node_order_by numchild numconv_obj numconv_obj_ owner owner_id page_ptr page_ptr_id "
            "page_type_display_name password_required_template path permission_codenames "
            "permission_types permissions_for_user preview_modes preview_sizes "
            "private_page_options promote_panels publish redirect redirect_set relative_url "
            "revisions route route_for_request save_revision scheduled_revision "
            "search_description search_fields searchpromotion searchpromotion_set seo_title "
            "serializable_data serve serve_password_required_response serve_preview set_url_path "
            "settings_panels show_in_menus show_in_menus_default sites_rooted_here slug specific "
            "specific_class specific_deferred status_string steplen subscribers template title "
            "to_json translation_key tree_model unpublish update_aliases url url_path "
            "view_restrictions wagtail_admin_comments with_content_json workflow_in_progress "
            "workflow_states workflowpage "
        ),
        "wagtail.models.PreviewableMixin": (
            "DEFAULT_PREVIEW_MODES DEFAULT_PREVIEW_SIZES default_preview_mode "
            "default_preview_size full_url get_full_url get_preview_context get_preview_template "
            "is_previewable make_preview_request preview_modes preview_sizes serve_preview "
        ),
        "wagtail.models.RevisionMixin": (
            "default_exclude_fields_in_copy from_serializable_data get_base_content_type "
            "get_content_type get_latest_revision get_latest_revision_as_object latest_revision "
            "latest_revision_id revisions save_revision serializable_data with_content_json "
        ),
        "wagtail.models.TranslatableMixin": (
            "copy_for_translation get_default_locale get_translation get_translation_model "
            "get_translation_or_none get_translations has_translation locale locale_id localized "
            "localized_draft translation_key "
        ),
        "wagtail.models.WorkflowMixin": (
            "current_workflow_state current_workflow_task current_workflow_task_state "
            "get_default_workflow get_lock get_workflow has_workflow status_string "
            "workflow_in_progress workflow_states "
        ),
        "wagtail.search.index.Indexed": (
            "get_autocomplete_search_fields get_filterable_search_fields get_indexed_instance "
            "get_indexed_objects get_search_fields get_searchable_search_fields "
            "indexed_get_content_type indexed_get_parent indexed_get_toplevel_content_type "
            "search_fields "
        ),
    }
)
"""By dotted class, every name of its rows besides those of any model, in one text."""

PACKAGE_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "django_extensions.db.models.ActivatorModel": (
            "activate_date:DateTimeField:nb: deactivate_date:DateTimeField:nb: "
            "status:IntegerField:d: "
        ),
        "django_extensions.db.models.TimeStampedModel": (
            "created:CreationDateTimeField:ba: modified:ModificationDateTimeField:ba: "
        ),
        "django_extensions.db.models.TitleDescriptionModel": (
            "description:TextField:nb: title:CharField:: "
        ),
        "django_extensions.db.models.TitleSlugDescriptionModel": (
            "description:TextField:nb: slug:AutoSlugField:b: title:CharField:: "
        ),
        "django_lifecycle.LifecycleModel": "",
        "django_lifecycle.LifecycleModelMixin": "",
        "django_lifecycle.mixins.LifecycleModel": "",
        "django_lifecycle.mixins.LifecycleModelMixin": "",
        "django_lifecycle.models.LifecycleModel": "",
        "django_lifecycle.models.LifecycleModelMixin": "",
        "guardian.mixins.GuardianUserMixin": "",
        "model_utils.models.SoftDeletableModel": ("is_removed:BooleanField:d: "),
        "model_utils.models.TimeFramedModel": ("end:DateTimeField:nb: start:DateTimeField:nb: "),
        "model_utils.models.TimeStampedModel": (
            "created:AutoCreatedField:d: modified:AutoLastModifiedField:d: "
        ),
        "model_utils.models.UUIDModel": "",
        "modelcluster.models.ClusterableModel": "",
        "mptt.models.MPTTModel": (
            "level:PositiveIntegerField:: lft:PositiveIntegerField:: rght:PositiveIntegerField:: "
            "tree_id:PositiveIntegerField:: "
        ),
        "ordered_model.models.OrderedModel": ("order:PositiveIntegerField:: "),
        "ordered_model.models.OrderedModelBase": "",
        "polymorphic.models.PolymorphicModel": (
            "polymorphic_ctype:ForeignKey:n:contenttypes.ContentType "
        ),
        "safedelete.models.SafeDeleteMixin": (
            "deleted:DateTimeField:n: deleted_by_cascade:BooleanField:d: "
        ),
        "safedelete.models.SafeDeleteModel": (
            "deleted:DateTimeField:n: deleted_by_cascade:BooleanField:d: "
        ),
        "solo.models.SingletonModel": "",
        "taggit.models.CommonGenericTaggedItemBase": (
            "content_type:ForeignKey::contenttypes.ContentType "
        ),
        "taggit.models.GenericTaggedItemBase": (
            "content_type:ForeignKey::contenttypes.ContentType object_id:IntegerField:: "
        ),
        "taggit.models.ItemBase": "",
        "taggit.models.TagBase": ("name:CharField:: slug:SlugField:: "),
        "taggit.models.TaggedItemBase": ("tag:ForeignKey::taggit.Tag "),
        "treebeard.al_tree.AL_Node": "",
        "treebeard.mp_tree.MP_Node": (
            "depth:PositiveIntegerField:: numchild:PositiveIntegerField:d: path:CharField:: "
        ),
        "treebeard.ns_tree.NS_Node": (
            "depth:PositiveIntegerField:: lft:PositiveIntegerField:: rgt:PositiveIntegerField:: "
            "tree_id:PositiveIntegerField:: "
        ),
        "wagtail.contrib.forms.models.AbstractEmailForm": (
            "alias_of:ForeignKey:nb:wagtailcore.Page "
            "content_type:ForeignKey::contenttypes.ContentType depth:PositiveIntegerField:: "
            "draft_title:CharField:: expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: from_address:EmailField:b: "
            "go_live_at:DateTimeField:nb: has_unpublished_changes:BooleanField:d: "
            "last_published_at:DateTimeField:n: "
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
            "latest_revision_created_at:DateTimeField:n: live:BooleanField:d: "
            "live_revision:ForeignKey:nb:wagtailcore.Revision "
            "locale:ForeignKey::wagtailcore.Locale locked:BooleanField:d: "
            "locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
            "numchild:PositiveIntegerField:d: owner:ForeignKey:nb:auth.User path:CharField:: "
            "search_description:TextField:b: seo_title:CharField:b: show_in_menus:BooleanField:d: "
            "slug:SlugField:: subject:CharField:b: title:CharField:: to_address:CharField:b: "
            "translation_key:UUIDField:d: url_path:TextField:b: "
        ),
        "wagtail.contrib.forms.models.AbstractForm": (
            "alias_of:ForeignKey:nb:wagtailcore.Page "
            "content_type:ForeignKey::contenttypes.ContentType depth:PositiveIntegerField:: "
            "draft_title:CharField:: expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
            "latest_revision_created_at:DateTimeField:n: live:BooleanField:d: "
            "live_revision:ForeignKey:nb:wagtailcore.Revision "
            "locale:ForeignKey::wagtailcore.Locale locked:BooleanField:d: "
            "locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
            "numchild:PositiveIntegerField:d: owner:ForeignKey:nb:auth.User path:CharField:: "
            "search_description:TextField:b: seo_title:CharField:b: show_in_menus:BooleanField:d: "
            "slug:SlugField:: title:CharField:: translation_key:UUIDField:d: "
            "url_path:TextField:b: "
        ),
        "wagtail.contrib.forms.models.AbstractFormField": (
            "choices:TextField:b: clean_name:CharField:bd: default_value:TextField:b: "
            "field_type:CharField:: help_text:CharField:b: label:CharField:: "
            "required:BooleanField:d: sort_order:IntegerField:nb: "
        ),
        "wagtail.contrib.forms.models.AbstractFormSubmission": (
            "form_data:JSONField:: page:ForeignKey::wagtailcore.Page submit_time:DateTimeField:ba: "
        ),
        "wagtail.contrib.forms.models.FormMixin": "",
        "wagtail.contrib.settings.models.BaseGenericSetting": "",
        "wagtail.contrib.settings.models.BaseSiteSetting": (
            "site:OneToOneField::wagtailcore.Site "
        ),
        "wagtail.core.models.BootstrapTranslatableMixin": (
            "locale:ForeignKey:n:wagtailcore.Locale translation_key:UUIDField:n: "
        ),
        "wagtail.core.models.CollectionMember": ("collection:ForeignKey:d:wagtailcore.Collection "),
        "wagtail.core.models.DraftStateMixin": (
            "expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "live:BooleanField:d: live_revision:ForeignKey:nb:wagtailcore.Revision "
        ),
        "wagtail.core.models.LockableMixin": (
            "locked:BooleanField:d: locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
        ),
        "wagtail.core.models.Orderable": ("sort_order:IntegerField:nb: "),
        "wagtail.core.models.Page": (
            "alias_of:ForeignKey:nb:wagtailcore.Page "
            "content_type:ForeignKey::contenttypes.ContentType depth:PositiveIntegerField:: "
            "draft_title:CharField:: expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
            "latest_revision_created_at:DateTimeField:n: live:BooleanField:d: "
            "live_revision:ForeignKey:nb:wagtailcore.Revision "
            "locale:ForeignKey::wagtailcore.Locale locked:BooleanField:d: "
            "locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
            "numchild:PositiveIntegerField:d: owner:ForeignKey:nb:auth.User path:CharField:: "
            "search_description:TextField:b: seo_title:CharField:b: show_in_menus:BooleanField:d: "
            "slug:SlugField:: title:CharField:: translation_key:UUIDField:d: "
            "url_path:TextField:b: "
        ),
        "wagtail.core.models.PreviewableMixin": "",
        "wagtail.core.models.RevisionMixin": (
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
        ),
        "wagtail.core.models.TranslatableMixin": (
            "locale:ForeignKey::wagtailcore.Locale translation_key:UUIDField:d: "
        ),
        "wagtail.core.models.WorkflowMixin": "",
        "wagtail.documents.models.AbstractDocument": (
            "collection:ForeignKey:d:wagtailcore.Collection created_at:DateTimeField:ba: "
            "file:FileField:: file_hash:CharField:b: file_size:PositiveBigIntegerField:n: "
            "tags:TaggableManager:nb:taggit.Tag title:CharField:: "
            "uploaded_by_user:ForeignKey:nb:auth.User "
        ),
        "wagtail.images.models.AbstractImage": (
            "collection:ForeignKey:d:wagtailcore.Collection created_at:DateTimeField:ba: "
            "description:CharField:bd: file:WagtailImageField:: file_hash:CharField:b: "
            "file_size:PositiveIntegerField:n: focal_point_height:PositiveIntegerField:nb: "
            "focal_point_width:PositiveIntegerField:nb: focal_point_x:PositiveIntegerField:nb: "
            "focal_point_y:PositiveIntegerField:nb: height:IntegerField:: "
            "tags:TaggableManager:nb:taggit.Tag title:CharField:: "
            "uploaded_by_user:ForeignKey:nb:auth.User width:IntegerField:: "
        ),
        "wagtail.images.models.AbstractRendition": (
            "file:WagtailImageField:: filter_spec:CharField:: focal_point_key:CharField:bd: "
            "height:IntegerField:: width:IntegerField:: "
        ),
        "wagtail.models.BootstrapTranslatableMixin": (
            "locale:ForeignKey:n:wagtailcore.Locale translation_key:UUIDField:n: "
        ),
        "wagtail.models.CollectionMember": ("collection:ForeignKey:d:wagtailcore.Collection "),
        "wagtail.models.DraftStateMixin": (
            "expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "live:BooleanField:d: live_revision:ForeignKey:nb:wagtailcore.Revision "
        ),
        "wagtail.models.LockableMixin": (
            "locked:BooleanField:d: locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
        ),
        "wagtail.models.Orderable": ("sort_order:IntegerField:nb: "),
        "wagtail.models.Page": (
            "alias_of:ForeignKey:nb:wagtailcore.Page "
            "content_type:ForeignKey::contenttypes.ContentType depth:PositiveIntegerField:: "
            "draft_title:CharField:: expire_at:DateTimeField:nb: expired:BooleanField:d: "
            "first_published_at:DateTimeField:nb: go_live_at:DateTimeField:nb: "
            "has_unpublished_changes:BooleanField:d: last_published_at:DateTimeField:n: "
            "latest_revision:ForeignKey:nb:wagtailcore.Revision "
            "latest_revision_created_at:DateTimeField:n: live:BooleanField:d: "
            "live_revision:ForeignKey:nb:wagtailcore.Revision "
            "locale:ForeignKey::wagtailcore.Locale locked:BooleanField:d: "
            "locked_at:DateTimeField:n: locked_by:ForeignKey:nb:auth.User "
            "numchild:PositiveIntegerField:d: owner:ForeignKey:nb:auth.User path:CharField:: "
            "search_description:TextField:b: seo_title:CharField:b: show_in_menus:BooleanField:d: "
            "slug:SlugField:: title:CharField:: translation_key:UUIDField:d: "
            "url_path:TextField:b: "
        ),
        "wagtail.models.PreviewableMixin": "",
        "wagtail.models.RevisionMixin": ("latest_revision:ForeignKey:nb:wagtailcore.Revision "),
        "wagtail.models.TranslatableMixin": (
            "locale:ForeignKey::wagtailcore.Locale translation_key:UUIDField:d: "
        ),
        "wagtail.models.WorkflowMixin": "",
        "wagtail.search.index.Indexed": "",
    }
)
"""By dotted class, its fields in one text: ``name:class:flags:target``.

The flags are n for null, b for blank, d for a default, a for one that fills itself.
"""
